package provider

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net"
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

// explainLogin says in a sentence or two what a failed login means and what to do next.
func explainLogin(err error) string {
	var failed *auth.LoginError
	if !errors.As(err, &failed) {
		return explainLocal(err)
	}
	switch {
	case failed.Final:
		return "The login has ended and cannot be renewed."
	case failed.Advice != "":
		return failed.Advice
	case failed.Status >= http.StatusInternalServerError || failed.Status == http.StatusTooManyRequests:
		return "IAM had a fault or throttles. Run the command again later."
	case failed.Status != 0:
		return "This is not what IAM answers. Check auth_url, and whether a proxy or a login page is in between."
	}
	return explainUnreachable(err)
}

func explainLocal(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "A file that the provider is told to read is not there."
	}
	return "The settings of the provider do not lead to the service."
}

func explainUnreachable(err error) string {
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var dns *net.DNSError
	switch {
	case fault.IsOfProxy(err):
		return proxyAdvice
	case errors.As(err, &certificate), errors.As(err, &authority):
		return "The certificate of IAM cannot be verified. Check auth_url; for a private certificate authority set cacert_file."
	case errors.As(err, &dns):
		return "The host name of IAM cannot be resolved. Check auth_url, or region and cloud_domain."
	case errors.Is(err, fs.ErrNotExist):
		return "A file that the login needs is not there."
	}
	return "IAM did not answer as it should. Check auth_url, or region and cloud_domain, and the network of this machine."
}
