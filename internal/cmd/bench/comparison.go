// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// comparison is of two ways to manage the same tags with this provider.
type comparison struct {
	title   string // a format with the number of tags
	systems []system
	mock    func() *imstest.Server
	config  func(s system, tags int) part
}

var comparedSteps = []step{apply, plan, destroy}

// compared is what a comparison measured.
type compared struct {
	table

	memory figure // of the processes of the provider together
}

// fewer is how often memory and comparisons are measured at the most.
const fewer = 3

func (b *bench) compare(ctx context.Context, o options, c comparison) (compared, error) {
	measured := compared{make(table), figure{values: make(map[system][]float64)}}
	for range min(o.rounds, fewer) {
		folders := make(map[system]string)
		err := measured.measure(ctx, comparedSteps, c.systems, func(s system) (*workspace, error) {
			w, err := b.newWorkspace(c.mock(), launched(b.binary(ours)), c.config(s, o.tags))
			if err == nil {
				folders[s] = w.Dir
			}
			return w, err
		})
		if err != nil {
			return measured, err
		}
		for s, folder := range folders {
			bytes, err := peak(folder)
			if err != nil {
				return measured, err
			}
			measured.memory.values[s] = append(measured.memory.values[s], bytes)
		}
	}
	return measured, nil
}

// isWrite reports whether a call changes tags.
func isWrite(o imstest.Operation) bool {
	return o == imstest.WriteTag || o == imstest.DeleteTag || o == imstest.BatchTags
}

func isLogin(o imstest.Operation) bool { return o == imstest.CreateToken }

func isRead(o imstest.Operation) bool { return !isWrite(o) && !isLogin(o) }

// markdown is a table with a row for each way.
func (m compared) markdown(c comparison, tags int) string {
	var text strings.Builder
	fmt.Fprintf(&text, "| "+c.title+" | apply | plan | destroy | memory | logins | writes | reads |\n", tags)
	text.WriteString("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, s := range c.systems {
		fmt.Fprintf(&text, "| %s |", s)
		for _, step := range comparedSteps {
			fmt.Fprintf(&text, " %.1f s |", m.table[step.name].wall(s))
		}
		fmt.Fprintf(&text, " %.1f MB |", m.memory.of(s)/1e6)
		for _, counts := range []func(imstest.Operation) bool{isLogin, isWrite, isRead} {
			calls := 0
			for _, rounds := range m.table {
				calls += rounds.calls(s, counts)
			}
			fmt.Fprintf(&text, " %d |", calls)
		}
		text.WriteString("\n")
	}
	return text.String()
}
