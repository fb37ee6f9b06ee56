// SPDX-License-Identifier: MPL-2.0

package service

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// attempt is a connection to a place that is not that of the provider configuration. It is made once, with success or not.
type attempt struct {
	place   Place
	earlier []*attempt    // that may be to the same project. Each waits for those before it only, so that none waits for itself
	turn    chan struct{} // holds an element while somebody makes the connection; unlike a mutex, the wait for it can be cancelled

	made       bool
	connection *Connection
	diags      diag.Diagnostics
}

func newAttempt(place Place) *attempt { return &attempt{place: place, turn: make(chan struct{}, 1)} }

// canShareWith reports whether two places can turn out to be the same: one names a project of the region, and the other the
// region alone.
func (a *attempt) canShareWith(other *attempt) bool {
	return a.place.Region == other.place.Region && (a.place.ProjectID == "") != (other.place.ProjectID == "")
}

// get returns the connection. The first caller makes it, and the others wait.
func (a *attempt) get(ctx context.Context, connect Connect) (*Connection, diag.Diagnostics) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return nil, notMade(ctx.Err())
	}
	if a.made {
		return a.connection, a.diags
	}
	a.connection, a.diags = a.share(ctx, connect), nil
	if err := ctx.Err(); err != nil {
		return nil, notMade(err)
	}
	if a.connection == nil {
		a.connection, a.diags = connect(ctx, a.place)
	}
	if a.made = ctx.Err() == nil; a.made { // one that was cancelled shows nothing
		a.earlier = nil
	}
	return a.connection, a.diags
}

// notMade is the diagnostic of an operation that ended before the connection was made.
func notMade(cause error) diag.Diagnostics {
	ended := "The operation was cancelled"
	if errors.Is(cause, context.DeadlineExceeded) {
		ended = "The timeout of the operation expired"
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("Cannot connect to the image service",
		ended+" before the provider connected to the region or project. Nothing was changed. Run the command again.")}
}

// opened returns the connection if it was made already, without waiting.
func (a *attempt) opened() *Connection {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
		return a.connection
	default:
		return nil
	}
}

// share returns an earlier connection to the same project, so that no second login is made for it. Nil if there is none.
func (a *attempt) share(ctx context.Context, connect Connect) *Connection {
	for _, earlier := range a.earlier {
		connection, diags := earlier.get(ctx, connect)
		if !diags.HasError() && connection.isAt(ctx, a.place) {
			return connection
		}
	}
	return nil
}

// isAt reports whether a connection of the same region is that of a place as well. The project of a region has its name.
func (c *Connection) isAt(ctx context.Context, place Place) bool {
	if place.ProjectID != "" {
		return c.ProjectID == place.ProjectID
	}
	return c.HasProjectNamed != nil && c.HasProjectNamed(ctx, place.Region)
}
