// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

// networkCauseKind is why a call got no response.
type networkCauseKind int

const (
	otherCause networkCauseKind = iota
	proxyCause
	certificateCause
	hostCause
	fileCause
)

// networkCause tells why a call got no response, as far as that is known.
func networkCause(err error) networkCauseKind {
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var dns *net.DNSError
	var file *fs.PathError
	switch {
	case neterror.IsProxy(err):
		return proxyCause
	case errors.As(err, &certificate), errors.As(err, &authority):
		return certificateCause
	case errors.As(err, &dns):
		return hostCause
	case errors.As(err, &file):
		return fileCause
	}
	return otherCause
}

// server is what a call was sent to, and the settings that say where it is.
type server struct{ name, settings, unreachable string }

var (
	imageService = server{
		name: "the service", settings: "endpoint, or region and cloud_domain,",
		unreachable: "The service did not respond. Check endpoint and the network of this machine, and run the command again. If a " +
			"write was carried out without a response, repeating it is safe.",
	}
	identityService = server{
		name: "IAM", settings: "auth_url, or region and cloud_domain,",
		unreachable: "IAM did not respond as expected. Check auth_url, or region and cloud_domain, and the network of this machine.",
	}
)

// adviseNetwork says what to do about a server that did not respond.
func adviseNetwork(err error, to server) string {
	switch networkCause(err) {
	case proxyCause:
		return "The proxy of this machine did not forward the call, so the call did not reach " + to.name + ". Check the environment " +
			"variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY, the user name and password in them, and that the proxy allows the host."
	case certificateCause:
		setting, _, _ := strings.Cut(to.settings, ",")
		return fmt.Sprintf("The certificate of %s cannot be verified. Check %s; for a private certificate authority, set cacert_file.",
			to.name, setting)
	case hostCause:
		return fmt.Sprintf("The host name of %s cannot be resolved. Check %s and the network of this machine.", to.name, to.settings)
	case fileCause:
		return "The file with the ID token cannot be read. Check the path in id_token_file, and the permissions of the file."
	case otherCause:
	}
	return to.unreachable
}

// cause says in plain words why there is no response, or why a response is none of the service.
func cause(e *ims.Error) string {
	if e.Err == nil {
		return ""
	}
	text := strings.ReplaceAll(e.Err.Error(), "\n", "; ")
	text = strings.ReplaceAll(text, context.DeadlineExceeded.Error(), "the timeout of the operation expired")
	text = strings.ReplaceAll(text, context.Canceled.Error(), "the operation was cancelled")
	if errors.Is(e.Err, io.EOF) || errors.Is(e.Err, io.ErrUnexpectedEOF) {
		text = strings.Replace(text, "unexpected EOF", closedEarly, 1)
		text = strings.Replace(text, "EOF", closedEarly, 1)
	}
	return text
}

const closedEarly = "connection closed without a complete response"
