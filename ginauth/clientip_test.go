package ginauth

import (
	"net/netip"
	"testing"
)

func prefixes(list ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return RateLimitConfig{TrustedProxies: out}.withDefaults().TrustedProxies
}

func TestClientIP(t *testing.T) {
	none := prefixes()
	two := prefixes("10.0.0.1/32", "127.0.0.0/8", "::1/128")
	for _, c := range []struct {
		name      string
		trusted   []netip.Prefix
		remote    string
		forwarded []string
		want      string // empty: nobody's
		proxied   bool
	}{
		{"public", none, "203.0.113.7:40000", nil, "203.0.113.7", false},
		{"IPv6 by /64", none, "[2001:db8:1:2:3:4:5:6]:1", nil, "2001:db8:1:2::", false},
		{"IPv4 in IPv6", none, "[::ffff:203.0.113.7]:1", nil, "203.0.113.7", false},
		{"IPv6 with a zone", two, "[2001:db8::1%eth0]:1", nil, "2001:db8::", false},
		{"made-up header", none, "203.0.113.7:1", []string{"198.51.100.1"}, "203.0.113.7", true},
		{"loopback, no proxies named", none, "127.0.0.1:1", []string{"198.51.100.1"}, "", true},
		{"loopback in IPv6", none, "[::1]:1", nil, "", true},
		{"private", none, "192.168.1.9:1", nil, "", true},
		{"private IPv6", none, "[fd00::1]:1", nil, "", true},
		{"link-local", none, "[fe80::1%eth0]:1", nil, "", true},
		{"shared", none, "100.64.0.9:1", nil, "", true},
		{"Unix socket", none, "@", nil, "", true},
		{"no peer", two, "", []string{"198.51.100.1"}, "", true},

		{"behind one", two, "10.0.0.1:1", []string{"198.51.100.1"}, "198.51.100.1", false},
		{"behind one of two", two, "127.0.0.1:1", []string{"198.51.100.1, 10.0.0.1"}, "198.51.100.1", false},
		{"made-up entries at the left", two, "10.0.0.1:1", []string{"1.1.1.1, rubbish,10.0.0.1,198.51.100.1"}, "198.51.100.1", false},
		{"several lines", two, "10.0.0.1:1", []string{"1.1.1.1", "198.51.100.1", "10.0.0.1"}, "198.51.100.1", false},
		{"entry with a port", two, "10.0.0.1:1", []string{"198.51.100.1:555"}, "198.51.100.1", false},
		{"IPv6 entry with a port", two, "10.0.0.1:1", []string{"[2001:db8::9]:555"}, "2001:db8::", false},
		{"mapped entry", two, "10.0.0.1:1", []string{"::ffff:198.51.100.1"}, "198.51.100.1", false},
		{"mapped proxy", two, "[::ffff:10.0.0.1]:1", []string{"198.51.100.1"}, "198.51.100.1", false},
		{"proxy named as mapped", prefixes("::ffff:10.0.0.0/104"), "10.0.0.1:1", []string{"198.51.100.1"}, "198.51.100.1", false},
		{"private client of a proxy", two, "127.0.0.1:1", []string{"192.168.1.9"}, "192.168.1.9", false},
		{"rubbish", two, "10.0.0.1:1", []string{"unknown"}, "10.0.0.1", true},
		{"rubbish behind a proxy", two, "10.0.0.1:1", []string{"198.51.100.1, unknown, 127.0.0.1"}, "10.0.0.1", true},
		{"empty header", two, "10.0.0.1:1", []string{""}, "10.0.0.1", true},
		{"no header", two, "10.0.0.1:1", nil, "", true},
		{"only proxies", two, "10.0.0.1:1", []string{"127.0.0.1, 10.0.0.1"}, "", true},
		{"not a proxy of ours", two, "203.0.113.7:1", []string{"198.51.100.1"}, "203.0.113.7", true},
		{"private, but others are named", two, "192.168.1.9:1", nil, "192.168.1.9", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := clientIPOf(c.remote, c.forwarded, c.trusted)
			want := netip.Addr{}
			if c.want != "" {
				want = netip.MustParseAddr(c.want)
			}
			if got.addr != want || got.proxied != c.proxied {
				t.Errorf("got %v, proxied %t; want %v, %t", got.addr, got.proxied, want, c.proxied)
			}
		})
	}
}

// FuzzClientIP: whatever stands in the header, what the trusted proxy added decides.
func FuzzClientIP(f *testing.F) {
	f.Add("203.0.113.7:1", "198.51.100.1")
	f.Add("10.0.0.1:1", "rubbish,,::1, 10.0.0.1:5")
	f.Add("[fe80::1%25eth0]:1", "[2001:db8::1]:443, 127.0.0.1")
	trusted := prefixes("10.0.0.0/8", "2001:db8:ffff::/48")
	f.Fuzz(func(t *testing.T, remote, forwarded string) {
		got := clientIPOf(remote, []string{forwarded}, trusted).addr
		if got.IsValid() && got != subscriber(got.Unmap().WithZone("")) {
			t.Errorf("not in one form: %v", got)
		}
		if got := clientIPOf(remote, nil, nil).addr; got != clientIPOf(remote, []string{forwarded}, nil).addr {
			t.Errorf("without proxies the header changed %v", got)
		}
		added := clientIPOf("10.0.0.1:1", []string{forwarded + ", 198.51.100.9, 10.1.2.3"}, trusted)
		if added.addr != netip.MustParseAddr("198.51.100.9") || added.proxied {
			t.Errorf("what the client sent wins over what the proxies saw: %+v", added)
		}
	})
}
