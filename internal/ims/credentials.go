package ims

// RefusedError says that a call was not sent, because the service has refused the credentials before. After several refused
// requests the service locks an access key, so that no more are sent.
type RefusedError struct {
	First *Error // the response that refused the credentials
}

func (e *RefusedError) Error() string {
	return "not sent, because the service refused the credentials earlier: " + e.First.Error()
}

// refuse takes a response that refused the credentials (401). With an exclusive grant it is final: these credentials were
// never accepted, or were refused twice. With a shared one, others were accepted before, so that it may be a fault of one
// gateway: the call tries again, exclusively. The caller holds the lock.
func (a *access) refuse(g *grant, response *Error) decision {
	if g.exclusive {
		a.stop(&RefusedError{First: snapshot(response)})
		return decision{stop: true}
	}
	a.setState(accessUnproven)
	return decision{retryExclusively: true, keepGrant: a.tryMakeExclusive(g)}
}

// tryMakeExclusive makes a grant exclusive if there is no other exclusive one, and reports whether it did.
func (a *access) tryMakeExclusive(g *grant) bool {
	select {
	case a.exclusive <- struct{}{}:
		g.exclusive = true
	default:
	}
	return g.exclusive
}
