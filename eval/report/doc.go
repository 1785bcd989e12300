// Package report writes what package eval found as one HTML file that needs
// nothing else: plots of precision and recall, of the bound on wrong answers,
// of reliability and of scores, tables by source and kind, and the worst
// errors with their reasons.
//
//	path, err := report.Write("reports", eval.Eval(evidence, rule, 0.95))
package report
