package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// theme is the colours of a plot.
type theme struct {
	name, ink, faint, apply, plan string
}

var themes = []theme{
	{name: "light", ink: "#1f2328", faint: "#d1d9e0", apply: "#0969da", plan: "#1a7f37"},
	{name: "dark", ink: "#f0f6fc", faint: "#3d444d", apply: "#4493f8", plan: "#3fb950"},
}

// line is a curve of a panel.
type line struct {
	name   string
	colour string
	style  string // of the stroke
	points []point
}

type point struct{ x, y float64 }

// The measures of a panel, in pixels.
const (
	panelWidth   = 420
	panelHeight  = 330
	marginLeft   = 56
	marginRight  = 20
	marginTop    = 44
	marginBottom = 108 // with the legend
	legendLine   = 16
	ticks        = 5
)

const (
	solid  = "stroke-width=\"2.5\""
	thin   = "stroke-width=\"6\" stroke-opacity=\"0.35\"" // below the solid line, which runs over it
	dashed = "stroke-width=\"1.5\" stroke-dasharray=\"6 4\""
)

// plot draws time and calls against the number of tags, at the latency that is not zero.
func (r *results) plot(t theme) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "+
		"font-family=\"sans-serif\" font-size=\"12\" fill=\"%s\">\n",
		2*panelWidth, panelHeight, 2*panelWidth, panelHeight, t.ink)
	panel(&b, t, 0, fmt.Sprintf("Seconds, at a latency of %s", r.far), []line{
		{"apply, a provider that does nothing", t.apply, thin, r.points(apply, floorSeconds)},
		{"apply", t.apply, solid, r.points(apply, ourSeconds)},
		{"plan, a provider that does nothing", t.plan, thin, r.points(plan, floorSeconds)},
		{"plan", t.plan, solid, r.points(plan, ourSeconds)},
	})
	perTag := r.points(plan, ourCalls)
	for i := range perTag {
		perTag[i].y = perTag[i].x
	}
	panel(&b, t, panelWidth, "Calls of a plan", []line{
		{"one read a tag, as a comparison", t.ink, dashed, perTag},
		{"plan", t.plan, solid, r.points(plan, ourCalls)},
	})
	b.WriteString("</svg>\n")
	return b.String()
}

func floorSeconds(pairs []pair) float64 {
	return median(pairs, func(p pair) float64 { return p.floor.wall.Seconds() })
}

func ourSeconds(pairs []pair) float64 { return wall(pairs).Seconds() }

func ourCalls(pairs []pair) float64 { return float64(calls(pairs)) }

// points returns what was measured of a step for each number of tags, in their order.
func (r *results) points(s step, value func([]pair) float64) []point {
	var all []point
	for with, samples := range r.samples {
		if with.latency == r.far {
			all = append(all, point{float64(with.tags), value(samples[s.name])})
		}
	}
	slices.SortFunc(all, func(a, b point) int { return int(a.x - b.x) })
	return all
}

// panel draws axes, a legend and curves, from left on.
func panel(b *strings.Builder, t theme, left int, title string, lines []line) {
	var highest point
	for _, l := range lines {
		for _, p := range l.points {
			highest = point{max(highest.x, p.x), max(highest.y, p.y)}
		}
	}
	highest = point{roundUp(highest.x), roundUp(highest.y)}
	width, height := float64(panelWidth-marginLeft-marginRight), float64(panelHeight-marginTop-marginBottom)
	at := func(p point) (x, y float64) {
		return marginLeft + p.x/highest.x*width, marginTop + height - p.y/highest.y*height
	}

	fmt.Fprintf(b, "<g transform=\"translate(%d 0)\">\n<text x=\"%d\" y=\"24\" font-size=\"14\" font-weight=\"bold\">%s</text>\n",
		left, marginLeft, title)
	for i := range ticks + 1 {
		share := float64(i) / ticks
		x, y := at(point{share * highest.x, share * highest.y})
		fmt.Fprintf(b, "<path d=\"M%d %.1fh%.1f\" stroke=\"%s\"/>\n", marginLeft, y, width, t.faint)
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.4g</text>\n", marginLeft-8, y+4, share*highest.y)
		fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.4g</text>\n", x, marginTop+height+18, share*highest.x)
	}
	fmt.Fprintf(b, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">tags</text>\n", panelWidth-marginRight, marginTop+height+34)
	for i, l := range lines {
		path := strings.Builder{}
		for j, p := range l.points {
			x, y := at(p)
			fmt.Fprintf(&path, "%c%.1f %.1f", "ML"[min(j, 1)], x, y)
		}
		fmt.Fprintf(b, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" %s/>\n", path.String(), l.colour, l.style)
		baseline := panelHeight - marginBottom + 40 + i*legendLine
		fmt.Fprintf(b, "<path d=\"M%d %dh28\" stroke=\"%s\" %s/>\n", marginLeft, baseline-4, l.colour, l.style)
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\">%s</text>\n", marginLeft+36, baseline, l.name)
	}
	b.WriteString("</g>\n")
}

// roundUp returns the next number that divides well into ticks.
func roundUp(n float64) float64 {
	if n <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(n)))
	for _, step := range []float64{1, 2, 2.5, 5, 10} {
		if n <= step*unit {
			return step * unit
		}
	}
	return 10 * unit
}
