package guard

import (
	"strings"
	"testing"
)

func TestMoment(t *testing.T) {
	for _, tt := range []struct{ text, volatile, personal string }{
		{"How do I reset a password?", "", ""},
		{"What is the latest iPhone?", "latest", ""},
		{"Is it open RIGHT   now?", "RIGHT   now", ""},
		{"weather today", "today", ""},
		{"What's in today's paper?", "today's", ""},
		{"What is the current price of gold?", "current", ""},
		{"What did he say last night?", "last night", ""},
		{"Is the up-to-date list here?", "up-to-date", ""},
		{"As of May, who leads?", "As of", ""},
		{"What time is it in Rome?", "What time is it", ""},
		{"Are live scores free?", "live", ""},
		{"What changed these days?", "these days", ""},
		{"How do I know whether a currently-known acknowledgement is nowhere?", "", ""},
		{"How do I open a current account?", "", ""},
		{"How do I list the current directory?", "", ""},
		{"Where do penguins live?", "", ""},
		{"How long do cats live?", "", ""},
		{"I want to live in Oslo", "", ""},
		{"What does `now` do in Go?", "", ""},
		{"Where is my card?", "", "my"},
		{"My card is lost", "", "My"},
		{"Is our office open now?", "now", "our"},
		{"Which of these is mine?", "", "mine"},
		{"What is MySQL, and an academy?", "", ""},
		{"What does my_var hold?", "", ""},
		{strings.Repeat("All of it is plain text. ", 1<<13) + "Is it my turn today?", "today", "my"},
	} {
		f := Extract(tt.text)
		if f.Volatile() != tt.volatile || f.Personal() != tt.personal {
			t.Errorf("%.60q: volatile %q, personal %q; want %q, %q", tt.text, f.Volatile(), f.Personal(), tt.volatile, tt.personal)
		}
	}
}
