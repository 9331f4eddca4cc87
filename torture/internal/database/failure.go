package database

import (
	"io"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/ginauth/ginauth/torture/internal/faultsql"
)

// injected is an error as modernc.org/sqlite reports one.
type injected struct {
	code int
	text string
}

func (e *injected) Error() string { return e.text }

// Code is SQLite's extended result code.
func (e *injected) Code() int { return e.code }

// Dropped is a connection that ends at this point.
func (d *Database) Dropped(p faultsql.Point) faultsql.Fault {
	f := faultsql.Fault{Point: p, Drop: true}
	switch d.Engine {
	case Postgres:
		f.Err = io.ErrUnexpectedEOF
	case MariaDB:
		f.Err = mysql.ErrInvalidConn
	default:
		f.Err = &injected{10, "disk I/O error (10)"}
	}
	return f
}

// Conflict is the database giving work up for somebody else's: a serialization failure or deadlock,
// or a busy SQLite.
func (d *Database) Conflict(p faultsql.Point) faultsql.Fault {
	f := faultsql.Fault{Point: p}
	switch d.Engine {
	case Postgres:
		f.Provoke = []string{"DO $$BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '40001'; END$$"}
	case MariaDB:
		// A deadlock rolls the whole transaction back.
		f.Provoke = []string{"ROLLBACK", "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'injected'"}
	default:
		f.Err = &injected{5, "database is locked (5) (SQLITE_BUSY)"}
	}
	return f
}

// LockTimeout is somebody else holding a lock for too long.
func (d *Database) LockTimeout(p faultsql.Point) faultsql.Fault {
	f := faultsql.Fault{Point: p}
	switch d.Engine {
	case Postgres:
		f.Provoke = []string{"DO $$BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '55P03'; END$$"}
	case MariaDB:
		// It undoes the statement alone.
		f.Provoke = []string{"SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1205, MESSAGE_TEXT = 'injected'"}
	default:
		f.Err = &injected{517, "database is locked (517) (SQLITE_BUSY_SNAPSHOT)"}
	}
	return f
}

// Slow is a delay.
func Slow(d time.Duration) faultsql.Fault { return faultsql.Fault{Wait: d} }
