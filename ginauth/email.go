package ginauth

func (x *exchange) sendSignInLink(p *EmailProvider) error { return errUnknownProvider }
func (x *exchange) emailCallback(p *EmailProvider) error  { return errUnknownProvider }
