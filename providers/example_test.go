package providers_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/providers"
)

// A preset is a struct: change what your application needs otherwise.
func ExampleGitHub() {
	github := providers.GitHub("client-id", "client-secret")
	github.Scopes = append(github.Scopes, "read:org")
	fmt.Println(github.ID, github.Scopes)
	// Output: github [read:user user:email read:org]
}

// A service without a preset takes a few fields and a function that reads its answer.
func ExampleOAuth() {
	p := providers.OAuth("forge", "Forge", "client-id", "client-secret")
	p.AuthorizationURL = "https://forge.example/oauth/authorize"
	p.TokenURL = "https://forge.example/oauth/token"
	p.UserInfoURL = "https://forge.example/api/me"
	p.Scopes = []string{"profile"}
	p.Profile = func(_ context.Context, in ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
		id, _ := in.Claims["id"].(string)
		name, _ := in.Claims["display_name"].(string)
		if id == "" {
			return ginauth.ProfileUser{}, fmt.Errorf("forge: the answer has no id")
		}
		return ginauth.ProfileUser{ID: id, Name: name}, nil
	}
	user, err := p.Profile(context.Background(), ginauth.OAuthProfile{
		Claims: map[string]any{"id": "7", "display_name": "Ada"},
	})
	fmt.Println(user.ID, user.Name, err)
	// Output: 7 Ada <nil>
}

// Apple wants a client secret that is signed: let it be made for each sign-in.
func ExampleAppleSecret() {
	key, err := os.ReadFile("AuthKey_KEY1234567.p8")
	if err != nil {
		log.Fatal(err)
	}
	apple := providers.Apple("com.example.web", "")
	apple.ClientSecretFor, err = providers.AppleSecret("TEAM123456", "KEY1234567", string(key), apple.ClientID)
	if err != nil {
		log.Fatal(err)
	}
}
