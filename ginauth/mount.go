package ginauth

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/gin-gonic/gin"
)

// mountedMethods are those of gin's Any.
var mountedMethods = []string{
	http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodHead,
	http.MethodOptions, http.MethodDelete, http.MethodConnect, http.MethodTrace,
}

// mountRemedy is what to do about a route in the way.
const mountRemedy = "ginauth needs everything below its base path: move the other route, or set BasePath; serve static files under a path of their own or from NoRoute; call Register once for each base path"

// mount adds the routes of handle to r: all of them, or none that answers. The base path is relative
// to r, the full path is not.
func mount(r Router, basePath, fullPath string, handle gin.HandlerFunc) (err error) {
	if err := routesInTheWay(r, fullPath); err != nil {
		return err
	}
	// A router that does not list its routes is asked by trying. Gin cannot take a route back, so
	// those that were added before the one that failed stay silent.
	var ready atomic.Bool
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: Gin refuses the routes: %v; %s", ErrConfig, p, mountRemedy)
		}
	}()
	addRoutes(r, basePath, func(c *gin.Context) {
		if !ready.Load() {
			c.AbortWithStatus(http.StatusNotFound)
			return
		}
		handle(c)
	})
	ready.Store(true)
	return nil
}

func addRoutes(r gin.IRoutes, basePath string, handle gin.HandlerFunc) {
	r.Any(basePath, handle)
	r.Any(basePath+"/*action", handle)
}

// routesInTheWay tries the routes beside each of those that r has and that could be in their way, on a
// router of its own, and returns what Gin says.
func routesInTheWay(r Router, base string) error {
	list, ok := r.(interface{ Routes() gin.RoutesInfo })
	if !ok {
		return nil
	}
	var errs []error
	for _, route := range list.Routes() {
		if !slices.Contains(mountedMethods, route.Method) || !nearby(route.Path, base) {
			continue
		}
		if text := refusal(route, base); text != "" {
			errs = append(errs, fmt.Errorf("route %s %s is in the way: %s", route.Method, route.Path, text))
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %w; %s", ErrConfig, errors.Join(errs...), mountRemedy)
}

// nearby reports whether Gin could take a route for one of ours: it lies below the base path, or a
// catch-all reaches there. Gin tells parameters from the base path.
func nearby(path, base string) bool {
	fixed, _, catchAll := strings.Cut(path, "*")
	return path == base || strings.HasPrefix(path, base+"/") || catchAll && strings.HasPrefix(base+"/", fixed)
}

// refusal returns what Gin says of our routes where there is another one.
func refusal(route gin.RouteInfo, base string) (text string) {
	nothing := func(*gin.Context) {}
	engine := gin.New()
	engine.Handle(route.Method, route.Path, nothing)
	defer func() {
		if p := recover(); p != nil {
			text = fmt.Sprint(p)
		}
	}()
	addRoutes(engine, base, nothing)
	return ""
}

// basePathOf returns where r mounts routes; a router that is nil is an error.
func basePathOf(r Router) (path string, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("%w: the router is nil; pass the *gin.Engine or *gin.RouterGroup to mount on", ErrConfig)
		}
	}()
	return r.BasePath(), nil
}
