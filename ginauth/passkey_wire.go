package ginauth

// optionsAnswer is the body of `GET /webauthn-options/:provider`.
type optionsAnswer struct {
	Action  string `json:"action"`
	Options any    `json:"options"`
}

// creationOptions is PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3, section 5.1.8).
type creationOptions struct {
	Challenge              string                 `json:"challenge"`
	RP                     rpEntity               `json:"rp"`
	User                   userEntity             `json:"user"`
	PubKeyCredParams       []credParam            `json:"pubKeyCredParams"`
	Timeout                int64                  `json:"timeout"`
	Attestation            string                 `json:"attestation"`
	ExcludeCredentials     []credentialDescriptor `json:"excludeCredentials"`
	AuthenticatorSelection selection              `json:"authenticatorSelection"`
	Hints                  []string               `json:"hints,omitempty"`
	Extensions             map[string]any         `json:"extensions"`
}

// requestOptions is PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3, section 5.1.9).
type requestOptions struct {
	Challenge        string                  `json:"challenge"`
	AllowCredentials *[]credentialDescriptor `json:"allowCredentials,omitempty"`
	Timeout          int64                   `json:"timeout"`
	UserVerification string                  `json:"userVerification"`
	Hints            []string                `json:"hints,omitempty"`
	Extensions       map[string]any          `json:"extensions,omitempty"`
	RPID             string                  `json:"rpId"`
}

type rpEntity struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

type userEntity struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
}

type credParam struct {
	Alg  int64  `json:"alg"`
	Type string `json:"type"`
}

type credentialDescriptor struct {
	ID         string   `json:"id"`
	Type       string   `json:"type"`
	Transports []string `json:"transports,omitempty"`
}

type selection struct {
	AuthenticatorAttachment string `json:"authenticatorAttachment,omitempty"`
	ResidentKey             string `json:"residentKey"`
	UserVerification        string `json:"userVerification"`
	RequireResidentKey      bool   `json:"requireResidentKey"`
}

// verification is what the options ask of authenticators: no less than what the answer must show, or
// a passkey could be made that never signs in.
func (p *WebAuthnProvider) verification(configured string) string {
	if !p.DangerouslySkipUserVerification {
		return "required"
	}
	return orDefault(configured, "preferred")
}
