// SPDX-License-Identifier: MPL-2.0

package main

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/template"
)

var (
	//go:embed plot.svg.tmpl
	plotText string
	plot     = template.Must(template.New("").Parse(plotText))
)

// panel is a part of the plot: curves against the number of tags.
type panel struct {
	Title       string
	IsTime      bool // compared with the floor's; if not, it is calls, compared with one a tag
	Left        int
	Other, Ours string // the curves
	Ticks       []tick
}

// tick is a place on both axes, and the numbers there.
type tick struct{ X, Y, Tags, Number float64 }

// panels are time and calls, with latency.
func (r *results) panels() []panel {
	var tags []float64
	for _, size := range r.sizes {
		tags = append(tags, float64(size))
	}
	medians := func(step *step, s *system, of figure) (all []float64) {
		for _, size := range r.sizes {
			all = append(all, r.median(key{size, far, step, s}, of))
		}
		return all
	}
	seconds := ": seconds, at a latency of " + far.String()
	return []panel{
		panel{Title: apply.name + seconds, IsTime: true}.draw(tags, medians(apply, floor, wall), medians(apply, ours, wall)),
		panel{Title: plan.name + seconds, IsTime: true, Left: 340}.draw(tags, medians(plan, floor, wall), medians(plan, ours, wall)),
		panel{Title: plan.name + ": calls", Left: 680}.draw(tags, tags, medians(plan, ours, calls())),
	}
}

func (p panel) draw(tags, other, ours []float64) panel {
	const left, bottom, width, height, ticks = 56, 224, 264, 180, 5 // in pixels, but ticks
	highest := max(slices.Max(other), slices.Max(ours))
	unit := math.Pow(10, math.Floor(math.Log10(highest)))
	mostX, mostY := slices.Max(tags), math.Ceil(highest/unit)*unit
	curve := func(numbers []float64) string {
		var points []string
		for i, number := range numbers {
			points = append(points, fmt.Sprintf("%.1f %.1f", left+width*tags[i]/mostX, bottom-height*number/mostY))
		}
		return "M" + strings.Join(points, "L")
	}
	p.Other, p.Ours = curve(other), curve(ours)
	for i := range ticks + 1 {
		share := float64(i) / ticks
		p.Ticks = append(p.Ticks, tick{left + share*width, bottom - share*height, share * mostX, share * mostY})
	}
	return p
}
