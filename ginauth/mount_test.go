package ginauth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
)

func mountOn(r ginauth.Router) (*ginauth.Auth, error) {
	return ginauth.Register(r, ginauth.Config{
		BaseURL: siteOrigin, Secret: siteSecret, Adapter: adaptertest.NewMemory(), Logger: quiet(),
		Providers: []ginauth.Provider{passkeyProvider("passkey")},
	})
}

// hiddenRouter does not list its routes, as a group does not.
type hiddenRouter struct{ ginauth.Router }

func routesOf(e *gin.Engine) (list []string) {
	for _, r := range e.Routes() {
		list = append(list, r.Method+" "+r.Path)
	}
	slices.Sort(list)
	return list
}

// Report 46: a route that is in the way is a mistake like any other. Register returns an error with
// what Gin says and what to do, and mounts nothing.
func TestReport46_RoutesInTheWay(t *testing.T) {
	gin.SetMode(gin.TestMode)
	nothing := func(c *gin.Context) { c.String(http.StatusOK, "mine") }
	for name, tt := range map[string]struct {
		before func(*gin.Engine)
		route  string // that the error names
	}{
		"a route of one's own":     {func(r *gin.Engine) { r.GET("/auth/me", nothing) }, "GET /auth/me"},
		"a later method":           {func(r *gin.Engine) { r.DELETE("/auth/me", nothing) }, "DELETE /auth/me"},
		"the last method":          {func(r *gin.Engine) { r.Handle(http.MethodTrace, "/auth/me", nothing) }, "TRACE /auth/me"},
		"the base path":            {func(r *gin.Engine) { r.POST("/auth", nothing) }, "POST /auth"},
		"the base path and slash":  {func(r *gin.Engine) { r.PUT("/auth/", nothing) }, "PUT /auth/"},
		"a catch-all":              {func(r *gin.Engine) { r.GET("/auth/*x", nothing) }, "GET /auth/*x"},
		"a parameter below":        {func(r *gin.Engine) { r.PATCH("/auth/:x", nothing) }, "PATCH /auth/:x"},
		"static files at /":        {func(r *gin.Engine) { r.Static("/", ".") }, "HEAD /*filepath"},
		"static files below":       {func(r *gin.Engine) { r.StaticFile("/auth/logo.png", "logo.png") }, "GET /auth/logo.png"},
		"a catch-all at /":         {func(r *gin.Engine) { r.OPTIONS("/*x", nothing) }, "OPTIONS /*x"},
		"Register twice":           {func(r *gin.Engine) { _, _ = mountOn(r) }, "GET /auth/*action"},
		"two routes":               {func(r *gin.Engine) { r.GET("/auth/a", nothing); r.POST("/auth/b", nothing) }, "POST /auth/b"},
		"Register below the other": {func(r *gin.Engine) { _, _ = ginauthBelow(r, "/auth/x") }, "GET /auth/x"},
	} {
		for _, kind := range []string{"engine", "group", "hidden"} {
			t.Run(name+", "+kind, func(t *testing.T) {
				defer func() {
					if p := recover(); p != nil {
						t.Errorf("panic: %v", p)
					}
				}()
				engine := gin.New()
				tt.before(engine)
				before := routesOf(engine)
				var r ginauth.Router = engine
				switch kind {
				case "group":
					r = engine.Group("/")
				case "hidden":
					r = hiddenRouter{engine}
				}
				auth, err := mountOn(r)
				if !errors.Is(err, ginauth.ErrConfig) || auth != nil {
					t.Fatalf("error %v, want one that wraps ErrConfig", err)
				}
				for _, want := range []string{"BasePath", "NoRoute"} {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("no %q in %v", want, err)
					}
				}
				if !strings.Contains(err.Error(), "conflicts") && !strings.Contains(err.Error(), "already registered") {
					t.Errorf("not what Gin says: %v", err)
				}
				if kind == "engine" {
					if !strings.Contains(err.Error(), tt.route) {
						t.Errorf("no %q in %v", tt.route, err)
					}
					if after := routesOf(engine); !slices.Equal(before, after) {
						t.Errorf("routes before %q\nafter %q", before, after)
					}
				}
				if strings.HasPrefix(name, "Register") {
					return
				}
				// Of what Gin cannot take back, nothing answers.
				for _, method := range []string{"GET", "POST", "PUT", "DELETE", "TRACE"} {
					w := httptest.NewRecorder()
					engine.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "/auth/session", http.NoBody))
					if len(w.Header()["Pragma"]) > 0 || w.Code == http.StatusOK && w.Body.String() != "mine" {
						t.Errorf("%s /auth/session: %d %v %s", method, w.Code, w.Header(), w.Body)
					}
				}
			})
		}
	}
}

func ginauthBelow(r ginauth.Router, base string) (*ginauth.Auth, error) {
	return ginauth.Register(r, ginauth.Config{
		BaseURL: siteOrigin, Secret: siteSecret, BasePath: base, Adapter: adaptertest.NewMemory(), Logger: quiet(),
		Providers: []ginauth.Provider{passkeyProvider("passkey")},
	})
}

// The first of two goes on, and routes beside are no trouble.
func TestReport46_RoutesBeside(t *testing.T) {
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	for _, path := range []string{"/", "/authors", "/authors/*x", "/au", "/:lang", "/:lang/*rest", "/a:x", "/api/auth/x", "/static/*x"} {
		engine.GET(path, func(c *gin.Context) { c.String(http.StatusOK, "mine") })
	}
	engine.Handle("PROPFIND", "/auth/x", func(*gin.Context) {})
	if _, err := mountOn(engine); err != nil {
		t.Fatal(err)
	}
	if _, err := mountOn(engine); !errors.Is(err, ginauth.ErrConfig) {
		t.Errorf("the second time: %v", err)
	}
	if _, err := ginauthBelow(engine, "/second"); err != nil {
		t.Errorf("at another path: %v", err)
	}
	for _, path := range []string{"/auth/session", "/second/session"} {
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		if w.Code != http.StatusOK || w.Body.String() != "null" {
			t.Errorf("GET %s: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestReport46_NilRouter(t *testing.T) {
	for name, r := range map[string]ginauth.Router{"nil": nil, "nil engine": (*gin.Engine)(nil), "nil group": (*gin.RouterGroup)(nil), "empty group": &gin.RouterGroup{}, "wrapped nil": hiddenRouter{}} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if p := recover(); p != nil {
					t.Errorf("panic: %v", p)
				}
			}()
			if auth, err := mountOn(r); !errors.Is(err, ginauth.ErrConfig) || auth != nil {
				t.Errorf("error %v", err)
			}
		})
	}
}
