package bunadapter

import (
	"errors"
	"fmt"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

// Errors shaped like those of the drivers.
type (
	pgxError        struct{ code string }
	pgdriverError   struct{ code string }
	mysqlError      struct{ Number uint16 }
	moderncError    struct{ code int }
	mattnError      struct{ Code, ExtendedCode mattnNo }
	mattnNo         int
	plainCodedError struct{ text string }
)

func (e *pgxError) Error() string         { return e.code }
func (e *pgxError) SQLState() string      { return e.code }
func (e pgdriverError) Error() string     { return e.code }
func (e pgdriverError) Field(byte) string { return e.code }
func (e *mysqlError) Error() string       { return "mysql" }
func (e *moderncError) Error() string     { return "constraint failed: UNIQUE" }
func (e *moderncError) Code() int         { return e.code }
func (e mattnError) Error() string        { return "mattn" }
func (e *plainCodedError) Error() string  { return e.text }
func (e *plainCodedError) Code() int      { return 19 }

func TestErrorClasses(t *testing.T) {
	type class struct{ conflict, orphan, givenUp, rolledBack bool }
	for name, tt := range map[string]struct {
		err  error
		want class
	}{
		"none":                         {nil, class{}},
		"any":                          {errors.New("Error 1062, 23505, 2067"), class{}},
		"pgx, unique":                  {&pgxError{"23505"}, class{conflict: true}},
		"pgx, foreign key":             {&pgxError{"23503"}, class{orphan: true}},
		"pgx, serialization":           {&pgxError{"40001"}, class{givenUp: true, rolledBack: true}},
		"pgx, deadlock":                {&pgxError{"40P01"}, class{givenUp: true, rolledBack: true}},
		"pgx, completion unknown":      {&pgxError{"40003"}, class{}},
		"pgdriver, unique":             {pgdriverError{"23505"}, class{conflict: true}},
		"pgdriver, deadlock":           {pgdriverError{"40P01"}, class{givenUp: true, rolledBack: true}},
		"mysql, unique":                {&mysqlError{1062}, class{conflict: true}},
		"mysql, foreign key":           {&mysqlError{1452}, class{orphan: true}},
		"mysql, deadlock":              {&mysqlError{1213}, class{givenUp: true, rolledBack: true}},
		"mysql, lock time-out":         {&mysqlError{1205}, class{givenUp: true}},
		"mariadb, row has changed":     {&mysqlError{1020}, class{givenUp: true, rolledBack: true}},
		"mysql, embedded":              {struct{ *mysqlError }{&mysqlError{1213}}, class{givenUp: true, rolledBack: true}},
		"mysql, nothing embedded":      {struct{ *absentError }{}, class{}},
		"modernc, unique":              {&moderncError{2067}, class{conflict: true}},
		"modernc, primary key":         {&moderncError{1555}, class{conflict: true}},
		"modernc, foreign key":         {&moderncError{787}, class{orphan: true}},
		"modernc, busy":                {&moderncError{5}, class{givenUp: true}},
		"modernc, busy snapshot":       {&moderncError{517}, class{givenUp: true}},
		"modernc, full":                {&moderncError{13}, class{}},
		"mattn, unique":                {mattnError{19, 2067}, class{conflict: true}},
		"mattn, foreign key":           {mattnError{19, 787}, class{orphan: true}},
		"mattn, not null":              {mattnError{19, 1299}, class{}},
		"mattn, busy":                  {mattnError{5, 5}, class{givenUp: true}},
		"no extended codes, unique":    {&plainCodedError{"UNIQUE constraint failed: User.email"}, class{conflict: true}},
		"no extended codes, foreign":   {&plainCodedError{"FOREIGN KEY constraint failed"}, class{orphan: true}},
		"no extended codes, otherwise": {&plainCodedError{"NOT NULL constraint failed"}, class{}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, err := range []error{tt.err, wrap(tt.err), stored(tt.err), joined(tt.err), beside(tt.err)} {
				if got := (class{isConflict(err), isOrphan(err), isGivenUp(err), isRolledBack(err)}); got != tt.want {
					t.Errorf("%v is %+v, want %+v", err, got, tt.want)
				}
			}
		})
	}
}

// absentError has its number in a struct that is not there.
type absentError struct{ Number uint16 }

func (e *absentError) Error() string { return "absent" }

// stored wraps as ginauth does with every failure that comes out of a transaction's function.
func stored(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %s: %w", ginauth.ErrStorage, "create user", wrap(err))
}

// joined is err among others that went wrong.
func joined(err error) error {
	if err == nil {
		return nil
	}
	return wrap(errors.Join(errors.New("close"), nil, stored(err)))
}

// beside is err behind an application's own error that has members of the same names.
func beside(err error) error {
	if err == nil {
		return nil
	}
	return errors.Join(&applicationError{Number: 7}, stored(err))
}

type applicationError struct{ Number int }

func (e *applicationError) Error() string     { return "application" }
func (e *applicationError) Code() int         { return 404 }
func (e *applicationError) SQLState() string  { return "" }
func (e *applicationError) Field(byte) string { return "" }

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("outer: %w", fmt.Errorf("inner: %w", err))
}
