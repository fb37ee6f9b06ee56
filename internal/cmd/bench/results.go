// SPDX-License-Identifier: MPL-2.0

package main

import (
	"slices"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// results is all that was measured.
type results struct {
	options

	version string           // of Terraform
	samples map[key][]sample // of each round; systems that were measured in turn have the same indices
}

// key is what a sample is of.
type key struct {
	tags    int
	latency time.Duration // of the service
	step    *step
	system  *system
}

// at is a key with the number of tags of the tables.
func (r *results) at(latency time.Duration, step *step, system *system) key {
	return key{r.tags, latency, step, system}
}

// sample is what a step took.
type sample struct {
	wall, cpu float64 // seconds of Terraform and the provider
	memory    float64 // bytes, the most until the end of the step, of all processes of the provider together
	size      float64 // bytes of the provider's program
	calls     map[imstest.Operation]int
}

// figure is a number of a sample.
type figure func(sample) float64

func wall(s sample) float64   { return s.wall }
func cpu(s sample) float64    { return s.cpu }
func memory(s sample) float64 { return s.memory }
func size(s sample) float64   { return s.size }

func notWrites(s sample) float64 { return calls()(s) - writes(s) }
func reads(s sample) float64     { return notWrites(s) - logins(s) }

var (
	writes = calls(imstest.WriteTag, imstest.DeleteTag, imstest.BatchTags)
	logins = calls(imstest.CreateToken)
)

// calls is the number of calls of some operations, or of all.
func calls(operations ...imstest.Operation) figure {
	return func(s sample) float64 {
		made := 0
		for operation, count := range s.calls {
			if len(operations) == 0 || slices.Contains(operations, operation) {
				made += count
			}
		}
		return float64(made)
	}
}

// numbers returns a figure of each round, from the least to the most.
func (r *results) numbers(k key, of figure) []float64 {
	return r.against(k, k.system, func(one, _ sample) float64 { return of(one) })
}

func (r *results) median(k key, of figure) float64 { return middle(r.numbers(k, of)) }

func (r *results) most(k key, of figure) float64 { return slices.Max(r.numbers(k, of)) }

// ratios are figures divided by those with another system, from the least to the most.
func (r *results) ratios(k key, to *system, of figure) []float64 {
	return r.against(k, to, func(one, other sample) float64 { return of(one) / of(other) })
}

// added is the median of the time a step took longer than with the floor, in seconds.
func (r *results) added(k key) float64 {
	return middle(r.against(k, floor, func(one, other sample) float64 { return one.wall - other.wall }))
}

func (r *results) against(k key, to *system, of func(one, other sample) float64) []float64 {
	var numbers []float64
	others := r.samples[key{k.tags, k.latency, k.step, to}]
	for i, one := range r.samples[k] {
		numbers = append(numbers, of(one, others[i]))
	}
	slices.Sort(numbers)
	return numbers
}

// middle returns the median of sorted numbers.
func middle(sorted []float64) float64 { return sorted[len(sorted)/2] }
