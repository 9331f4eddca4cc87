package providers_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"golang.org/x/crypto/bcrypt"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/providers"
)

// Hashing passwords is left to a library made for it. Somebody unknown costs as much time as somebody
// with a wrong password, so that the two cannot be told apart by it.
func ExampleCredentials() {
	type row struct {
		user ginauth.User
		hash []byte
	}
	find := func(_ context.Context, email string) (row, error) { // the application's own table
		hash, err := bcrypt.GenerateFromPassword([]byte("correct horse battery staple"), bcrypt.MinCost)
		if err != nil || email != "ada@example.com" {
			return row{}, errors.Join(err, ginauth.ErrNotFound)
		}
		return row{ginauth.User{ID: "5f2c1e0a-6b5d-4f0e-9a6b-0c8f3f2d1a11", Email: email}, hash}, nil
	}
	nobody, err := bcrypt.GenerateFromPassword([]byte("nobody has this password"), bcrypt.MinCost)
	if err != nil {
		panic(err)
	}

	p := providers.Credentials(
		[]ginauth.FormField{
			{Name: "email", Label: "Email", Type: "email", Autocomplete: "username", Required: true},
			{Name: "password", Label: "Password", Type: "password", Autocomplete: "current-password", Required: true},
		},
		func(ctx context.Context, c map[string]string, _ *http.Request) (*ginauth.User, error) {
			found, err := find(ctx, c["email"])
			if errors.Is(err, ginauth.ErrNotFound) {
				found.hash = nobody
			} else if err != nil {
				return nil, err
			}
			matches := bcrypt.CompareHashAndPassword(found.hash, []byte(c["password"])) == nil
			if !matches || found.user.ID == "" {
				return nil, nil // told as CredentialsSignin
			}
			return &found.user, nil
		},
	)

	for _, password := range []string{"correct horse battery staple", "wrong"} {
		user, err := p.Authorize(context.Background(), map[string]string{"email": "ada@example.com", "password": password}, nil)
		fmt.Println(user != nil, err)
	}
	// Output:
	// true <nil>
	// false <nil>
}
