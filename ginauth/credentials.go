package ginauth

func (x *exchange) credentialsCallback(p *CredentialsProvider) error { return errUnknownProvider }

func (x *exchange) storeCredentialsSession(id Identity, current *resolution) (signedIn, error) {
	return signedIn{}, errUnknownProvider
}
