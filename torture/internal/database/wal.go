package database

import (
	"encoding/binary"
	"os"
)

// WAL is SQLite's write-ahead log as it is in its file (https://www.sqlite.org/fileformat.html,
// section 4): a header and frames, each a page of the database. A transaction is stored when the
// frame that ends it is.
type WAL struct {
	Bytes []byte
	// Ends are where the log may end so that it ends with a transaction, ascending, from the end of
	// its header. What follows the last of them is left over from an earlier use of the file.
	Ends []int
	// Tail is the end of what is written of a transaction that has not ended; the last of Ends when
	// there is none.
	Tail int
	// Safe is how far the log was made durable by a checkpoint. The database itself may have it, so
	// no power cut takes it away from the log.
	Safe int
}

const (
	walHeader   = 32
	frameHeader = 24
)

// ReadWAL reads the log of a copy of a database file, which no connection of this process has open. The log has no Ends when there
// is nothing in it.
func ReadWAL(database string) (*WAL, error) {
	b, err := os.ReadFile(database + "-wal") //nolint:gosec // G304: of a database that was made here
	w := &WAL{Bytes: b}
	if err != nil || len(b) < walHeader {
		return w, err
	}
	index, err := os.ReadFile(database + "-shm") //nolint:gosec // G304: as above
	if err != nil || len(index) < 136 {
		return w, err
	}
	if [8]byte(index[32:40]) != [8]byte(w.Bytes[16:24]) {
		return w, nil // begun anew, but for the header: all of it is in the database
	}
	w.scan()
	// WalCkptInfo.nBackfillAttempted, in the machine's own order.
	w.Safe = walHeader + int(binary.NativeEndian.Uint32(index[128:]))*(frameHeader+w.page())
	return w, nil
}

func (w *WAL) page() int { return int(binary.BigEndian.Uint32(w.Bytes[8:])) }

// scan follows the checksums, which are those of everything before.
func (w *WAL) scan() {
	b := w.Bytes
	// The last bit of the first number says in which order checksums read the bytes.
	var order binary.ByteOrder = binary.LittleEndian
	if b[3]&1 == 1 {
		order = binary.BigEndian
	}
	page := w.page()
	s0, s1 := walSum(order, 0, 0, b[:24])
	if s0 != binary.BigEndian.Uint32(b[24:]) || s1 != binary.BigEndian.Uint32(b[28:]) || page < 512 {
		return
	}
	w.Ends, w.Tail = []int{walHeader}, walHeader
	for at := walHeader; at+frameHeader+page <= len(b); at += frameHeader + page {
		frame := b[at : at+frameHeader+page]
		s0, s1 = walSum(order, s0, s1, frame[:8])
		s0, s1 = walSum(order, s0, s1, frame[frameHeader:])
		salts := [8]byte(frame[8:16]) == [8]byte(b[16:24])
		if !salts || s0 != binary.BigEndian.Uint32(frame[16:]) || s1 != binary.BigEndian.Uint32(frame[20:]) {
			return
		}
		w.Tail = at + len(frame)
		if binary.BigEndian.Uint32(frame[4:]) > 0 {
			w.Ends = append(w.Ends, w.Tail)
		}
	}
}

func walSum(order binary.ByteOrder, s0, s1 uint32, b []byte) (uint32, uint32) {
	for ; len(b) >= 8; b = b[8:] {
		s0 += order.Uint32(b) + s1
		s1 += order.Uint32(b[4:]) + s0
	}
	return s0, s1
}

// File is a SQLite database's file.
func (d *Database) File() string { return d.URL[len("sqlite://"):] }

// AtFile is a SQLite database that is there already, without its tables being made. Drop closes it
// and leaves the file.
func AtFile(path string) (*Database, error) {
	d := &Database{Engine: SQLite, name: "copy"}
	d.atFile(path)
	var err error
	d.Bun, err = d.Open(Options{})
	return d, err
}
