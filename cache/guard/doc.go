// Package guard recognises two questions that no paraphrase connects: other
// numbers, units, dates, names, negation, order, code, quotations, or another
// language, format or time asked for.
//
// It reads each text once ([Extract], a few microseconds, no model) and
// compares the facts of two texts ([Compare]). What disagrees comes back as
// vetoes, each with the name of its rule and the two pieces. The rules are
// made to be precise: a judge stands behind them that weighs soft meaning, so
// they speak only where the wording leaves no doubt. [Rules] is the whole
// table, with examples of what each rule vetoes and what it lets pass.
//
// The rules read English. A text that is not recognisably English
// ([Facts.English]) is to be answered by exact matches alone.
package guard
