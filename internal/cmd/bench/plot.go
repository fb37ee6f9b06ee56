// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"math"
	"strings"
)

// theme is the colours of a plot.
type theme struct {
	name, ink, faint, ours, floor string
}

var themes = []theme{
	{name: "light", ink: "#1f2328", faint: "#d1d9e0", ours: "#0969da", floor: "#59636e"},
	{name: "dark", ink: "#f0f6fc", faint: "#3d444d", ours: "#4493f8", floor: "#9198a1"},
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
	panels       = 3
	panelWidth   = 340
	panelHeight  = 300
	marginLeft   = 56
	marginRight  = 20
	marginTop    = 44
	marginBottom = 76 // with the legend
	legendLine   = 16
	ticks        = 5
)

const (
	solid  = "stroke-width=\"2.5\""
	wide   = "stroke-width=\"6\" stroke-opacity=\"0.35\"" // seen where a solid line is drawn over it
	dashed = "stroke-width=\"1.5\" stroke-dasharray=\"6 4\""
)

// plot draws time and calls against the number of tags, with latency.
func (r *results) plot(t theme) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "+
		"font-family=\"sans-serif\" font-size=\"12\" fill=\"%s\">\n",
		panels*panelWidth, panelHeight, panels*panelWidth, panelHeight, t.ink)
	for i, step := range []step{apply, plan} {
		panel(&b, t, i*panelWidth, fmt.Sprintf("%s: seconds, at a latency of %s", step.name, far), []line{
			{"a provider that does nothing", t.floor, wide, r.points(func(p setting) float64 { return r.samples[p][step.name].wall(floor) })},
			{"this provider", t.ours, solid, r.points(func(p setting) float64 { return r.samples[p][step.name].wall(ours) })},
		})
	}
	panel(&b, t, 2*panelWidth, "plan: calls", []line{
		{"one read a tag, as a comparison", t.floor, dashed, r.points(func(p setting) float64 { return float64(p.tags) })},
		{"this provider", t.ours, solid, r.points(func(p setting) float64 { return float64(r.samples[p][plan.name].calls(ours, allBut(""))) })},
	})
	b.WriteString("</svg>\n")
	return b.String()
}

// points returns a number for each number of tags.
func (r *results) points(of func(setting) float64) []point {
	var all []point
	for _, tags := range r.sizes {
		all = append(all, point{float64(tags), of(setting{tags, far})})
	}
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
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.10g</text>\n", marginLeft-8, y+4, share*highest.y)
		fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.10g</text>\n", x, marginTop+height+18, share*highest.x)
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
