//go:build amd64 && !purego

package simd

import (
	"bytes"
	_ "embed" // for the table of encodings
	"encoding/hex"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// encodings is VPDPBUSD in AVX's encoding as GNU as has it.
//
//go:embed testdata/vpdpbusd.txt
var encodings string

// The kernels of AVX-VNNI cannot run on most machines, so they are read: they
// must be those of avx512vnni256_amd64.s, which can run where AVX-512 is,
// instruction by instruction, with VPDPBUSD in the bytes that GNU as gives it
// for the same registers, and none in AVX-512's encoding.
func TestVPDPBUSDIsEncodedForAVX(t *testing.T) {
	table := map[string]string{} // hex bytes to the instruction as Go writes it
	for line := range strings.Lines(encodings) {
		if code, text, ok := strings.Cut(strings.TrimSpace(line), "\tvpdpbusd "); ok {
			table[strings.ReplaceAll(code, " ", "")] = "VPDPBUSD " + strings.NewReplacer("%ymm", "Y", ",", ", ").Replace(text)
		}
	}
	got, want := listing(t, "avxvnni_amd64.s", table), listing(t, "avx512vnni256_amd64.s", nil)
	if len(want) != 4 || len(got) != len(want) {
		t.Fatalf("%d and %d functions, want 4", len(got), len(want))
	}
	used := map[string]bool{}
	for name, code := range want {
		mine := got[strings.Replace(name, "VNNI256", "AVXVNNI", 1)]
		if !slices.Equal(mine, code) {
			t.Errorf("%s: differs from its model:\n%s\nwant\n%s", name, strings.Join(mine, "\n"), strings.Join(code, "\n"))
		}
		for _, x := range code {
			used[x] = true
		}
	}
	for code, text := range table {
		if !used[text] {
			t.Errorf("the table has %s (%s), which no kernel uses", text, code)
		}
	}
}

// listing returns the instructions of each function of a file, jumps with the
// numbers of the instructions that they go to. Bytes are looked up in table.
func listing(t *testing.T, file string, table map[string]string) map[string][]string {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skipf("no assembler to list %s with: %v", file, err)
	}
	include := filepath.Join(strings.TrimSpace(string(root)), "pkg", "include")
	out, err := exec.Command("go", "tool", "asm", "-S", "-p", "simd", "-I", include,
		"-o", filepath.Join(t.TempDir(), "out.o"), file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	functions := map[string][]string{}
	for part := range bytes.SplitSeq(out, []byte("\nsimd.")) {
		name, body, _ := strings.Cut(strings.TrimPrefix(string(part), "simd."), " STEXT ")
		if body != "" {
			functions[name] = instructions(t, body, table)
		}
	}
	return functions
}

// instructions reads the listing of one function.
func instructions(t *testing.T, body string, table map[string]string) []string {
	t.Helper()
	var at []int // addresses of the instructions
	var text []string
	var code []byte
	for line := range strings.Lines(body) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		switch {
		case len(f) >= 2 && strings.Contains(f[0], ".s:") && !slices.Contains([]string{"TEXT", "FUNCDATA"}, f[1]):
			pc, err := strconv.ParseInt(f[0][2:6], 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			at, text = append(at, int(pc)), append(text, strings.Join(f[1:], " "))
		case len(f) == 1 && strings.HasPrefix(line, "\t0x") && len(line) > 55:
			b, err := hex.DecodeString(strings.ReplaceAll(line[8:56], " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			code = append(code, b...)
		}
	}
	return resolve(t, at, text, code, table)
}

// resolve puts instructions in the place of bytes, and numbers in that of
// addresses.
func resolve(t *testing.T, at []int, text []string, code []byte, table map[string]string) []string {
	t.Helper()
	var resolved []string
	number := map[string]int{}
	for i := 0; i < len(at); i++ {
		number[strconv.Itoa(at[i])] = len(resolved)
		switch {
		case strings.HasPrefix(text[i], "BYTE"):
			b := hex.EncodeToString(code[at[i]:][:5])
			if table[b] == "" {
				t.Fatalf("bytes %s are not in the table", b)
			}
			resolved, i = append(resolved, table[b]), i+4
		case table != nil && code[at[i]] == 0x62:
			t.Fatalf("%s is in AVX-512's encoding", text[i])
		default:
			resolved = append(resolved, text[i])
		}
	}
	for i, x := range resolved {
		if op, to, ok := strings.Cut(x, " "); ok && op[0] == 'J' {
			n, ok := number[to]
			if !ok {
				t.Fatalf("%s goes where no instruction begins", x)
			}
			resolved[i] = fmt.Sprint(op, " ", n)
		}
	}
	return resolved
}
