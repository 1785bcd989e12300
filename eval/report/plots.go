package report

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"math"
	"regexp"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/likewise-go/likewise/eval"
)

// A figure is a plot with its words.
type figure struct {
	Title, Text string
	Legend      []legend
	SVG         template.HTML
}

// legend names a colour of the page's style: ink, grid, first, second, mark.
type legend struct{ Colour, Name string }

// The plots are drawn in colours that stand for the page's, which has two
// sets of them, for light and dark.
var (
	ink    = color.RGBA{1, 1, 1, 255}
	grid   = color.RGBA{2, 2, 2, 255}
	first  = color.RGBA{3, 3, 3, 255}
	second = color.RGBA{4, 4, 4, 255}
	mark   = color.RGBA{5, 5, 5, 255}

	firstSoft, secondSoft = color.RGBA{6, 6, 6, 255}, color.RGBA{7, 7, 7, 255}
)

var names = map[string]string{"#010101": "ink", "#020202": "grid", "#030303": "first", "#040404": "second", "#050505": "mark", "#060606": "first-soft", "#070707": "second-soft"}

// Size of a plot in points; the page scales it.
const width, height = 400, 250

func plots(s *eval.Summary) ([]figure, error) {
	var out []figure
	for _, f := range []struct {
		figure
		draw func(*eval.Summary) (*plot.Plot, error)
	}{
		{figure{Title: "Precision and recall over the threshold", Legend: []legend{{"first", "precision"}, {"second", "recall"}, {"mark", "threshold in force"}},
			Text: "Precision: of the answers served, the right ones. Recall: of the questions that a stored answer is right for, those that got it."}, precisionRecall},
		{figure{Title: "Wrong answers over what is served", Legend: []legend{{"first", "observed"}, {"second", fmt.Sprintf("upper bound, %g%% confidence", 100*s.Confidence)}, {"mark", "threshold in force"}},
			Text: "From left to right the threshold falls: more is served, and more of it is wrong. The bound is what a promise can rest on."}, riskCoverage},
		{figure{Title: "Reliability", Legend: []legend{{"first", "pairs, in tenths"}, {"ink", "taken at its word"}},
			Text: reliabilityText(s)}, reliability},
		{figure{Title: "Scores", Legend: []legend{{"first", "same"}, {"second", "different"}, {"mark", "threshold in force"}},
			Text: "Shares of each label, by " + s.Rule.Name + ": the further apart, the better the two can be told."}, histogram},
	} {
		p, err := f.draw(s)
		if err != nil {
			return nil, err
		}
		if p == nil {
			continue
		}
		if f.SVG, err = svg(p, f.Title); err != nil {
			return nil, err
		}
		out = append(out, f.figure)
	}
	return out, nil
}

func reliabilityText(s *eval.Summary) string {
	r := s.Reliability
	if r == nil {
		return ""
	}
	text := fmt.Sprintf("Expected calibration error %.3f (%.3f to %.3f), Brier score %.3f (%.3f to %.3f).", r.ECE, r.ECECI[0], r.ECECI[1], r.Brier, r.BrierCI[0], r.BrierCI[1])
	if s.Rule.Name == "cosine" {
		return text + " A cosine is no probability: these are a logistic curve's, fitted to other folds of the data."
	}
	return text
}

func newPlot(x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = color.Transparent
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Color, a.Color, a.Tick.Color, a.Tick.Label.Color = ink, grid, grid, ink
		a.Label.TextStyle.Font.Size, a.Tick.Label.Font.Size = 10, 9.5
		a.Tick.Length = 3
	}
	p.X.Label.Text, p.Y.Label.Text = x, y
	p.X.Tick.Marker = ticks(func(v float64) string { return fmt.Sprintf("%.4g", math.Round(1e6*v)/1e6) })
	p.X.Label.Padding, p.Y.Label.Padding = 3, 3
	lines := plotter.NewGrid()
	lines.Vertical.Color = nil
	lines.Horizontal = draw.LineStyle{Color: grid, Width: .5}
	p.Add(lines)
	return p
}

// ticks labels some four to six round places of an axis.
func ticks(format func(float64) string) plot.TickerFunc {
	return func(low, high float64) (out []plot.Tick) {
		if !(high > low) {
			return []plot.Tick{{Value: low, Label: format(low)}}
		}
		step := math.Pow(10, math.Floor(math.Log10((high-low)/4)))
		for _, m := range []float64{5, 2.5, 2} {
			if (high-low)/(m*step) >= 3.5 {
				step *= m
				break
			}
		}
		for i := math.Ceil(low/step - 1e-9); i*step <= high+1e-9*step; i++ {
			v := i*step + 0 // -0 is 0
			out = append(out, plot.Tick{Value: v, Label: format(v)})
		}
		return out
	}
}

// shares labels an axis in percent.
func shares(a *plot.Axis) {
	a.Tick.Marker = ticks(func(v float64) string { return fmt.Sprintf("%.4g%%", math.Round(1e5*v)/1e3) })
}

func line(p *plot.Plot, c color.Color, w vg.Length, dashes []vg.Length, points plotter.XYs) error {
	if len(points) == 0 {
		return nil
	}
	l, err := plotter.NewLine(points)
	if err != nil {
		return err
	}
	l.LineStyle = draw.LineStyle{Color: c, Width: w, Dashes: dashes}
	p.Add(l)
	return nil
}

var dashed = []vg.Length{4, 3}

// upright marks a place on the x axis.
func upright(p *plot.Plot, x float64) error {
	return line(p, mark, 1.25, dashed, plotter.XYs{{X: x, Y: p.Y.Min}, {X: x, Y: p.Y.Max}})
}

func precisionRecall(s *eval.Summary) (*plot.Plot, error) {
	if len(s.Steps) == 0 {
		return nil, nil
	}
	p := newPlot(s.Rule.Name, "")
	shares(&p.Y)
	var precision, recall plotter.XYs
	for _, st := range s.Steps {
		precision = append(precision, plotter.XY{X: st.Threshold, Y: st.Precision})
		recall = append(recall, plotter.XY{X: st.Threshold, Y: st.Recall})
	}
	if err := line(p, first, 2, nil, precision); err != nil {
		return nil, err
	}
	if err := line(p, second, 2, nil, recall); err != nil {
		return nil, err
	}
	p.Y.Min, p.Y.Max = 0, 1
	if t := s.Rule.Threshold; t >= p.X.Min && t <= max(1, p.X.Max) {
		return p, upright(p, t)
	}
	return p, nil
}

func riskCoverage(s *eval.Summary) (*plot.Plot, error) {
	if len(s.Steps) == 0 {
		return nil, nil
	}
	p := newPlot("served, of all cases", "wrong, of the served")
	shares(&p.X)
	shares(&p.Y)
	// The first steps are too short to bound anything; they would flatten the rest.
	last := s.Steps[len(s.Steps)-1]
	top := min(1, 1.25*max(.02, last.Bound))
	var observed, bound plotter.XYs
	for _, st := range s.Steps {
		x := float64(st.Accepted) / float64(s.Cases)
		if w := 1 - st.Precision; w <= top {
			observed = append(observed, plotter.XY{X: x, Y: w})
		}
		if st.Bound <= top {
			bound = append(bound, plotter.XY{X: x, Y: st.Bound})
		}
	}
	if err := line(p, first, 2, nil, observed); err != nil {
		return nil, err
	}
	if err := line(p, second, 2, nil, bound); err != nil {
		return nil, err
	}
	p.X.Min, p.Y.Min, p.Y.Max = 0, 0, top
	return p, upright(p, float64(s.Accepted)/float64(s.Cases))
}

func reliability(s *eval.Summary) (*plot.Plot, error) {
	if s.Reliability == nil {
		return nil, nil
	}
	p := newPlot("probability", "share of same")
	shares(&p.X)
	shares(&p.Y)
	if err := line(p, ink, 1, dashed, plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}}); err != nil {
		return nil, err
	}
	var points plotter.XYs
	for _, b := range s.Reliability.Bins {
		points = append(points, plotter.XY{X: b.Mean, Y: b.Same})
		if err := line(p, first, 1, nil, plotter.XYs{{X: b.Mean, Y: b.CI[0]}, {X: b.Mean, Y: b.CI[1]}}); err != nil {
			return nil, err
		}
	}
	if err := line(p, first, 2, nil, points); err != nil {
		return nil, err
	}
	dots, err := plotter.NewScatter(points)
	if err != nil {
		return nil, err
	}
	dots.GlyphStyle = draw.GlyphStyle{Color: first, Radius: 3, Shape: draw.CircleGlyph{}}
	p.Add(dots)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, 0, 1
	return p, nil
}

func histogram(s *eval.Summary) (*plot.Plot, error) {
	if len(s.Histogram) == 0 {
		return nil, nil
	}
	p := newPlot(s.Rule.Name, "")
	shares(&p.Y)
	same, different := 0, 0
	for _, b := range s.Histogram {
		same, different = same+b.Same, different+b.Different
	}
	for _, side := range []struct {
		colour, soft color.RGBA
		of           func(b *eval.HistogramBin) float64
	}{
		{first, firstSoft, func(b *eval.HistogramBin) float64 { return float64(b.Same) / math.Max(1, float64(same)) }},
		{second, secondSoft, func(b *eval.HistogramBin) float64 { return float64(b.Different) / math.Max(1, float64(different)) }},
	} {
		var outline plotter.XYs
		for i := range s.Histogram {
			b := &s.Histogram[i]
			outline = append(outline, plotter.XY{X: b.From, Y: side.of(b)}, plotter.XY{X: b.To, Y: side.of(b)})
		}
		area := append(plotter.XYs{{X: outline[0].X}}, append(outline, plotter.XY{X: outline[len(outline)-1].X})...)
		fill, err := plotter.NewPolygon(area)
		if err != nil {
			return nil, err
		}
		fill.Width = 0
		fill.Color = side.soft
		p.Add(fill)
		if err := line(p, side.colour, 1.75, nil, outline); err != nil {
			return nil, err
		}
	}
	p.Y.Min = 0
	if t := s.Rule.Threshold; t >= p.X.Min && t <= p.X.Max {
		return p, upright(p, t)
	}
	return p, nil
}

var (
	head  = regexp.MustCompile(`(?s)^.*?<svg width="[^"]*" height="[^"]*"`)
	fonts = regexp.MustCompile(`font-family:[^;"]*;?|font-variant:[^;"]*;?|font-weight:normal;?|font-style:normal;?`)
)

// svg draws the plot as SVG that takes its colours and fonts from the page.
func svg(p *plot.Plot, title string) (template.HTML, error) {
	c := vgsvg.New(width, height)
	p.Draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return "", err
	}
	s := head.ReplaceAllString(b.String(), `<svg role="img" aria-label="`+template.HTMLEscapeString(title)+`"`)
	s = fonts.ReplaceAllString(s, "")
	for stand, name := range names {
		s = strings.ReplaceAll(s, stand, "var(--"+name+")")
	}
	return template.HTML(s), nil //nolint:gosec // made here, from numbers
}
