package likewise_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/likewise-go/likewise"

// arrows says which packages of this module a folder may import, itself and
// its subfolders included where it may use them. The longest prefix counts.
// docs/architecture.md draws the same picture.
var arrows = map[string][]string{
	".":                    {},
	"internal/simd":        {},
	"internal/flight":      {},
	"embed":                {"internal/flight"},
	"embed/bert/wordpiece": {"embed"},
	"embed/embedtest":      {"embed"},
	"embed/bert":           {"embed", "embed/bert/wordpiece", "internal/flight", "internal/simd"},
	"embed/minilm":         {"embed", "embed/bert"},
	"embed/remote":         {"embed"},
	"index":                {"internal/simd"},
	"index/indextest":      {"index"},
	"storage":              {"storage"},
	"cache/guard":          {},
	"cache":                {"cache/guard", "embed", "index", "internal/flight", "storage", "storage/bolt", "storage/memory"},
	"eval":                 {"cache", "cache/guard", "embed", "embed/bert", "index", "storage"},
	"eval/report":          {"eval"},
	"bench":                nil, // all
	"cmd":                  nil,
	"examples":             nil,
	"train":                nil,
}

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func TestArrows(t *testing.T) {
	for _, p := range list(t, "./...") {
		from := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if from == "" {
			from = "."
		}
		allowed, ok := rule(from)
		if !ok {
			t.Errorf("%s has no rule: add one to arrows and to docs/architecture.md", from)
			continue
		}
		if allowed == nil {
			continue
		}
		for _, imp := range p.Imports {
			to, ours := strings.CutPrefix(imp, module+"/")
			if ours && !slices.Contains(allowed, to) {
				t.Errorf("%s imports %s; it may import %v", from, to, allowed)
			}
		}
	}
}

// rule returns the imports allowed to a folder; nil allows all.
func rule(folder string) (allowed []string, ok bool) {
	for {
		if allowed, ok = arrows[folder]; ok {
			return allowed, true
		}
		i := strings.LastIndexByte(folder, '/')
		if i < 0 {
			return nil, false
		}
		folder = folder[:i]
	}
}

// Who imports the engine with an embedder of their own links no weights, no
// command line, no metrics and no foreign runtime.
func TestCacheLinksLittle(t *testing.T) {
	allowed := []string{module, "go.etcd.io/bbolt", "github.com/hashicorp/golang-lru/v2", "github.com/go-json-experiment/json", "golang.org/x/"}
	for _, p := range list(t, "./cache", "./embed/remote") {
		for _, dep := range p.Deps {
			if host, _, _ := strings.Cut(dep, "/"); !strings.Contains(host, ".") {
				continue // the standard library
			}
			if strings.HasPrefix(dep, "vendor/") {
				continue
			}
			ok := slices.ContainsFunc(allowed, func(a string) bool { return strings.HasPrefix(dep, a) })
			if !ok || dep == module+"/embed/minilm" || dep == module+"/embed/bert" {
				t.Errorf("%s links %s", p.ImportPath, dep)
			}
		}
	}
}

func list(t *testing.T, patterns ...string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Deps"}, patterns...)...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var ps []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		ps = append(ps, p)
	}
	if len(ps) == 0 {
		t.Fatal("go list found no packages")
	}
	return ps
}
