// SPDX-License-Identifier: MPL-2.0

// Package explain turns the errors of calls and logins into diagnostics: what happened, what the service said, and what to
// do next.
package explain

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Verb is what Terraform does with a subject.
type Verb string

// The operations of Terraform.
const (
	Create Verb = "create"
	Read   Verb = "read"
	Update Verb = "update"
	Delete Verb = "delete"
	Import Verb = "import"
	List   Verb = "list"
)

// Subject is what an operation is about, such as an image tag.
type Subject struct {
	Title string // follows the verb in a summary, such as "image tag"
	Facts []Fact // identify it, a line each

	// Data marks what a data source or a list block reads: Terraform keeps nothing on an error.
	Data bool

	// Where the configuration names its parts. An empty path means nowhere.
	Image, Project, Key, Value path.Path

	tags []ims.Tag // that one call writes, for a set of tags
}

// Fact is a line of a diagnostic that identifies something, such as an image.
type Fact struct{ Name, Value string }

// Summary is the summary of an operation that failed, such as "Cannot create image tag".
func (s Subject) Summary(verb Verb) string { return fmt.Sprintf("Cannot %s %s", verb, s.Title) }

// Error is the diagnostic of an operation that failed. If one attribute is to blame, the diagnostic points at it. Remarks
// follow the advice.
func Error(verb Verb, subject Subject, err error, remarks ...string) diag.Diagnostic {
	advice := []string{advise(verb, subject, err), subject.adviseInvalidTag(err), adviseTimeout(verb, subject, err)}
	paragraphs := slices.Concat(advice, remarks, []string{lines(facts(subject, err))})
	paragraphs = slices.DeleteFunc(paragraphs, func(p string) bool { return p == "" })
	d := diag.NewErrorDiagnostic(subject.Summary(verb), strings.Join(paragraphs, "\n\n"))
	if at := subject.blame(err); len(at.Steps()) > 0 {
		return diag.WithPath(at, d)
	}
	return d
}

// InvalidImport is the diagnostic of an import ID or an identity that cannot be that of an object. It is empty without an error.
func InvalidImport(title string, err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(Subject{Title: title}.Summary(Import), err.Error())}
}

// NotReady is the diagnostic of an operation that needs settings of the provider that are unknown.
func NotReady(verb Verb, subject Subject) diag.Diagnostic {
	return diag.NewErrorDiagnostic(subject.Summary(verb), "The configuration of the provider \"ims\" contains a value that is not "+
		"known yet, because it depends on a resource that does not exist. Apply that resource first, for example with -target, "+
		"or set the value in the provider block.")
}

// Exists is the diagnostic of a tag that was not written, because the image has its key with another value and overwrite is
// false.
func Exists(summary string, at path.Path, tag Subject, value, advice string) diag.Diagnostic {
	facts := append(slices.Clone(tag.Facts), Fact{"Value", fmt.Sprintf("%q", value)})
	return diag.NewAttributeErrorDiagnostic(at, summary, "The image already has the key, with another value, and overwrite is false. "+
		"The tag was not written.\n\n"+advice+"\n\nTo overwrite it, remove overwrite.\n\n"+lines(facts))
}

// Keys lists the keys of tags in a sentence.
func Keys(tags []ims.Tag) string {
	if len(tags) == 0 {
		return "The image has no tags."
	}
	return "The image has the keys " + QuotedKeys(tags) + "."
}

// blame returns the attribute that the service complains about, if it says so.
func (s Subject) blame(err error) path.Path {
	if ims.IsImageNotFound(err) {
		return s.Image
	}
	var e *ims.Error
	if !errors.As(err, &e) {
		return path.Empty()
	}
	switch e.Code {
	case "IMG.0066":
		return s.Image
	case "IMG.0030":
		return s.Project
	case codeInvalidTag:
		if len(s.tags) > 0 {
			return s.invalidTag(e)
		}
		return s.invalidPart()
	}
	return path.Empty()
}

// invalidPart guesses which part of a tag the service refuses: it does not say. A key that every cloud accepts is not it.
func (s Subject) invalidPart() path.Path {
	for _, fact := range s.Facts {
		if fact.Name == factKey && !safeKey.MatchString(fact.Value) {
			return s.Key
		}
	}
	return s.Value
}

// facts identifies the subject and the call that failed, for a search of logs or a support ticket.
func facts(subject Subject, err error) []Fact {
	facts := slices.Clone(subject.Facts)
	var e *ims.Error
	if !errors.As(err, &e) {
		return append(facts, Fact{"Cause", err.Error()})
	}
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, Fact{name, value})
		}
	}
	if e.Method != "" {
		add("Request", e.Method+" "+e.Path)
	}
	add("Response", e.Response())
	add("Cause", cause(e))
	add("Request ID", e.RequestID)
	if e.Attempts > 1 {
		add("Attempts", fmt.Sprintf("%d in %s", e.Attempts, e.Elapsed.Round(time.Millisecond)))
	}
	return facts
}

// Response returns what the service responded, in one line.
func Response(err error) string {
	var e *ims.Error
	if !errors.As(err, &e) {
		return ""
	}
	return strings.TrimRight(e.Response(), ".")
}

// lines writes facts one below the other. They are indented, so that Terraform does not wrap them.
func lines(facts []Fact) string {
	width := 0
	for _, fact := range facts {
		width = max(width, len(fact.Name))
	}
	text := make([]string, len(facts))
	for i, fact := range facts {
		text[i] = fmt.Sprintf("  %-*s %s", width+1, fact.Name+":", fact.Value)
	}
	return strings.Join(text, "\n")
}
