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

// What to check when IAM refuses a way in.
//
//nolint:gosec // texts about credentials, not credentials
var refusedLoginAdvice = map[way]string{
	wayToken:     "IAM does not accept the token. Get a new one: it is good for 24 hours at most, and for one region.",
	wayAccessKey: credentialsAdvice,
	wayProfile: "IAM does not accept the keys of the profile. Check them, and that the clock of this machine is right to within " +
		"15 minutes.",
	wayPassword: "IAM does not accept the login. Check user_name, password and domain_name (the account, not the cloud's domain), " +
		"that the user may use the API, and that the project exists.",
	wayCloud: "IAM does not accept the login. Check username, password, the domain and the project in clouds.yaml and secure.yaml.",
	wayWebIdentity: "IAM does not accept the web identity. Check idp_id, that the token is fresh and made for this cloud, and " +
		"that the project exists.",
	wayRole: "The rights of the agency cannot be taken over. Check agency_name and the domain of assume_role, and that the user " +
		"has the permission Agent Operator.",
	wayMetadata: "The machine has no agency, or it gives no keys out. Give the machine an agency with the permission " +
		"ims:images:update.",
}

// explainLogin says in a sentence or two what a failed login means and what to do next.
func explainLogin(err error) string {
	var failed *auth.LoginError
	if !errors.As(err, &failed) {
		return explainLocal(err)
	}
	switch {
	case failed.Status == http.StatusUnauthorized, failed.Status == http.StatusForbidden, failed.Status == http.StatusBadRequest:
		return refusedLoginAdvice[way(failed.Way)]
	case failed.Status == http.StatusNotFound && (way(failed.Way) == wayMetadata || way(failed.Way) == wayRole):
		return refusedLoginAdvice[way(failed.Way)]
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
