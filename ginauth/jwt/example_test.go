package jwt_test

import (
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/ginauth/ginauth/ginauth/jwt"
)

// A service beside the application: it has the same AUTH_SECRET and answers who
// is signed in, without asking the application.
func Example() {
	codec, err := jwt.New([]string{"the AUTH_SECRET of the application"}, jwt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, err := codec.FromRequest(r, jwt.CookieName)
		if err != nil {
			http.Error(w, "sign in first", http.StatusUnauthorized)
			return
		}
		fmt.Fprintf(w, "hello %s", claims.String("name"))
	})

	// The application made this cookie when its user signed in.
	token, err := codec.Encode(jwt.Claims{"sub": "1", "name": "Alice"}, jwt.CookieName, time.Hour)
	if err != nil {
		log.Fatal(err)
	}
	for _, cookie := range []string{"", jwt.CookieName + "=" + token} {
		r := httptest.NewRequest(http.MethodGet, "/hello", nil)
		r.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		service.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 401 sign in first
	//
	// 200 hello Alice
}

// The first secret makes tokens and all of them open tokens, so a secret can be
// replaced while everybody stays signed in.
func ExampleNew_rotation() {
	before, err := jwt.New([]string{"the old secret, 32 bytes or longer"}, jwt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	token, err := before.Encode(jwt.Claims{"sub": "1"}, jwt.CookieName, 0)
	if err != nil {
		log.Fatal(err)
	}

	during, err := jwt.New([]string{"the new secret, 32 bytes or longer", "the old secret, 32 bytes or longer"}, jwt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	claims, err := during.Decode(token, jwt.CookieName)
	fmt.Println(claims.Subject(), err)

	after, err := jwt.New([]string{"the new secret, 32 bytes or longer"}, jwt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	_, err = after.Decode(token, jwt.CookieName)
	fmt.Println(errors.Is(err, jwt.ErrUnknownKey))
	// Output:
	// 1 <nil>
	// true
}

// During a move from next-auth 4 to 5 a service reads the cookies of both.
func ExampleNewV4() {
	secrets := []string{"the AUTH_SECRET of the application"}
	v5, err := jwt.New(secrets, jwt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	v4, err := jwt.NewV4(secrets, jwt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	signedIn := func(r *http.Request) (jwt.Claims, error) {
		claims, err := v5.FromRequestAuto(r)
		if errors.Is(err, jwt.ErrNoToken) {
			return v4.FromRequestAuto(r)
		}
		return claims, err
	}

	token, err := v4.Encode(jwt.Claims{"sub": "1"}, "", time.Hour)
	if err != nil {
		log.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", jwt.CookieNameV4+"="+token)
	claims, err := signedIn(r)
	fmt.Println(claims.Subject(), err)
	// Output: 1 <nil>
}
