package ginauth

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
)

// panicError is a panic in a callback, an event or the adapter. Its message has the type of what was
// panicked with, and not the value, which may hold anything.
type panicError struct{ kind string }

func (e *panicError) Error() string {
	return "ginauth: panic (" + e.kind + ") in a callback or adapter"
}

// contain, deferred, turns a panic into an error and logs it with its stack.
//
// No panic gets out, http.ErrAbortHandler neither: Gin's own recovery prints the request's headers
// for it, cookies included. An answer is written as a whole, so there is none to cut off.
func (a *Auth) contain(ctx context.Context, action string, err *error) {
	if p := recover(); p != nil {
		*err = &panicError{fmt.Sprintf("%T", p)}
		a.logPanic(ctx, action, p)
	}
}

// containStorage is contain for methods that applications call: the panic is an ErrStorage.
func (a *Auth) containStorage(ctx context.Context, method string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %w", ErrStorage, &panicError{fmt.Sprintf("%T", p)})
		a.logPanic(ctx, method, p)
	}
}

// emit calls an event. A panic of it is logged and changes nothing: what the event is about has
// happened.
func (a *Auth) emit(ctx context.Context, event string, call func()) {
	defer func() {
		if p := recover(); p != nil {
			a.logPanic(ctx, event+" event", p)
		}
	}()
	call()
}

func (a *Auth) logPanic(ctx context.Context, action string, p any) {
	defer func() { _ = recover() }() // the logger is the application's too
	a.logger.ErrorContext(ctx, "ginauth: panic", slog.String("action", action), slog.String("panic", fmt.Sprintf("%T", p)), slog.String("stack", string(debug.Stack())))
}
