package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// demoHit is a question that was answered by another one's answer.
type demoHit struct {
	asked, stored, answer, intent string
	similarity                    float64
	reason                        string
	right                         bool
}

// overlap is the share of words that the two questions have in common (the
// Jaccard index).
func (h *demoHit) overlap() float64 {
	words := func(s string) map[string]bool {
		m := make(map[string]bool)
		for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" .,;:?!'\"", r) }) {
			m[w] = true
		}
		return m
	}
	a, b := words(h.asked), words(h.stored)
	both := 0
	for w := range a {
		if b[w] {
			both++
		}
	}
	return ratio(both, len(a)+len(b)-both)
}

// examples returns up to n right hits of different intents whose wordings
// differ most, and the wrong hit that was the most similar, if there is one.
func (d *demoRun) examples(n, width int) (right []demoHit, wrong *demoHit) {
	byOverlap := slices.SortedStableFunc(slices.Values(d.hits), func(a, b demoHit) int { return cmp.Compare(a.overlap(), b.overlap()) })
	seen := make(map[string]bool)
	for i := range byOverlap {
		h := &byOverlap[i]
		switch fits := len(h.asked) <= width && len(h.stored) <= width; {
		case !h.right && (wrong == nil || h.similarity > wrong.similarity):
			wrong = h
		case h.right && fits && len(right) < n && !seen[h.intent]:
			seen[h.intent] = true
			right = append(right, *h)
		}
	}
	return right, wrong
}

// showDemo fills one screen of 80 by 24.
func (a *app) showDemo(d *demoRun) {
	r := &d.Report
	a.printf("%s  %s asked of a bank, one after another, in %.1f s\n", a.paint(bold, "Likewise"), plural(r.Queries, "real question", "real questions"), d.took.Seconds())
	about := "customers' own words (Banking77); a scripted model behind a simulated clock"
	if d.fitted {
		about = fmt.Sprintf("of %s that ship, as many as fit in %.0f s on this machine (--questions sets it)", group(d.shipped), demoBudget.Seconds())
	}
	a.printf("%s\n\n", a.paint(dim, about))

	a.row("from the cache", "%s", a.paint(bold, group(r.Hits)))
	a.row("  right", "%s  %s", a.paint(green, fmt.Sprintf("%-5s", group(r.Right))), a.meter(green, ratio(r.Right, r.Attainable))+
		a.paint(dim, fmt.Sprintf(" of %s it had answers to", group(r.Attainable))))
	a.row("  wrong", "%s  %s", a.paint(red, fmt.Sprintf("%-5s", group(r.Wrong))), a.meter(red, r.WrongHitRate())+a.paint(dim, " of the hits"))
	a.printf("\n")
	a.row("model calls", "%s instead of %s", group(r.Queries-r.Hits), group(r.Queries))
	a.row("money", "$%.2f instead of $%.2f   %s", d.cost-d.saved.Cost, d.cost, a.paint(dim, "at GPT-4.1's list price of April 2025"))
	a.row("waiting", "%s instead of %s", span(d.waited), span(d.wait))
	a.row("one lookup", "p50 %s   p95 %s   p99 %s", micros(r.Latency.P50), micros(r.Latency.P95), micros(r.Latency.P99))
	a.printf("\n%s\n", a.paint(dim, d.rule+" Some hits:"))
	a.showHits(d)
	a.printf("\nNext: %s  or  %s\n", a.paint(cyan, `likewise explain "I lost my card"`), a.paint(cyan, "likewise demo --threshold 0.85"))
}

func (a *app) showHits(d *demoRun) {
	right, wrong := d.examples(3, a.width-17)
	for _, h := range right {
		a.showHit(&h)
	}
	if wrong != nil {
		a.showHit(wrong)
	} else {
		a.printf("  %s\n", a.paint(dim, "None of them was wrong this time."))
	}
}

func (a *app) showHit(h *demoHit) {
	mark, colour := "right", green
	if !h.right {
		mark, colour = "wrong", red
	}
	a.printf("  %s  %s %s\n", a.paint(colour, mark), a.paint(dim, "asked "), clip(h.asked, a.width-17))
	a.printf("  %s  %s %s\n", a.paint(colour, fmt.Sprintf("%5.3f", h.similarity)), a.paint(dim, "stored"), clip(h.stored, a.width-17))
}

func (a *app) row(name, format string, args ...any) {
	a.printf("  %s %s\n", a.paint(dim, fmt.Sprintf("%-15s", name)), fmt.Sprintf(format, args...))
}

// meter draws a share as a bar of 20 and a number.
func (a *app) meter(colour string, share float64) string {
	const n = 20
	full := min(n, int(share*n+0.5))
	return a.paint(colour, strings.Repeat("━", full)) + a.paint(dim, strings.Repeat("─", n-full)) + " " + percent(share)
}

// span writes a time that people wait.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.1f min", d.Minutes())
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}
