// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// The colours of the plot, which is on white.
const (
	ink, faint = "#1f2328", "#d1d9e0"

	ofOurs, ofFloor = "#0969da", "#59636e"
)

// curve has a number for each number of tags.
type curve struct {
	name, stroke string
	numbers      []float64
}

// plot draws time and calls against the number of tags, with latency.
func (r *results) plot() string {
	const (
		panelWidth, panelHeight = 340, 300

		// The wide stroke is seen where the thin one is drawn over it.
		wide   = `stroke="` + ofFloor + `" stroke-width="6" stroke-opacity="0.35"`
		thin   = `stroke="` + ofOurs + `" stroke-width="2.5"`
		dashed = `stroke="` + ofFloor + `" stroke-width="1.5" stroke-dasharray="6 4"`
	)
	var tags []float64
	for _, size := range r.sizes {
		tags = append(tags, float64(size))
	}
	medians := func(step *step, s *system, of figure) (all []float64) {
		for _, size := range r.sizes {
			all = append(all, r.median(key{setting{size, far}, step, s}, of))
		}
		return all
	}
	var panels []string
	for _, step := range []*step{apply, plan} {
		panels = append(panels, panel(fmt.Sprintf("%s: seconds, at a latency of %s", step.name, far), tags,
			curve{"a provider that does nothing", wide, medians(step, floor, wall)},
			curve{"this provider", thin, medians(step, ours, wall)}))
	}
	panels = append(panels, panel("plan: calls", tags,
		curve{"one read a tag, as a comparison", dashed, tags}, curve{"this provider", thin, medians(plan, ours, calls())}))

	var svg strings.Builder
	fmt.Fprintf(&svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%[1]d\" height=\"%[2]d\" viewBox=\"0 0 %[1]d %[2]d\" "+
		"font-family=\"sans-serif\" font-size=\"12\" fill=\"%[3]s\">\n", len(panels)*panelWidth, panelHeight, ink)
	svg.WriteString("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n")
	for i, drawn := range panels {
		fmt.Fprintf(&svg, "<g transform=\"translate(%d 0)\">\n%s</g>\n", i*panelWidth, drawn)
	}
	return svg.String() + "</svg>\n"
}

// panel draws axes, a legend below them, and curves.
func panel(title string, tags []float64, curves ...curve) string {
	const left, right, top, bottom, ticks = 56, 320, 44, 224, 5 // in pixels, but ticks
	var svg strings.Builder
	highest := 0.0
	for _, c := range curves {
		highest = max(highest, slices.Max(c.numbers))
	}
	mostX, mostY := roundUp(slices.Max(tags)), roundUp(highest)
	text := func(x, y float64, format, content string) {
		fmt.Fprintf(&svg, "<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>\n", x, y, format, content)
	}
	text(left, 24, `font-size="14" font-weight="bold"`, title)
	text(right, bottom+34, `text-anchor="end"`, "tags")
	for i := range ticks + 1 {
		share := float64(i) / ticks
		x, y := left+share*(right-left), bottom-share*(bottom-top)
		fmt.Fprintf(&svg, "<path d=\"M%d %.1fH%d\" stroke=\"%s\"/>\n", left, y, right, faint)
		text(left-8, y+4, `text-anchor="end"`, fmt.Sprintf("%.10g", share*mostY))
		text(x, bottom+18, `text-anchor="middle"`, fmt.Sprintf("%.10g", share*mostX))
	}
	for i, c := range curves {
		var path strings.Builder
		for j, number := range c.numbers {
			fmt.Fprintf(&path, "%c%.1f %.1f", "ML"[min(j, 1)], left+tags[j]/mostX*(right-left), bottom-number/mostY*(bottom-top))
		}
		legend := bottom + 40 + 16*float64(i)
		fmt.Fprintf(&svg, "<path d=\"%s\" fill=\"none\" %s/>\n<path d=\"M%d %.1fh28\" %[2]s/>\n", path.String(), c.stroke, left, legend-4)
		text(left+36, legend, "", c.name)
	}
	return svg.String()
}

// roundUp returns the next number that divides well into ticks.
func roundUp(n float64) float64 {
	if n <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(n)))
	for _, step := range []float64{1, 2, 2.5, 5} {
		if n <= step*unit {
			return step * unit
		}
	}
	return 10 * unit
}
