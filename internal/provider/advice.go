package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// What a person can do about an answer, by the error code of the service.
var adviceByCode = map[string]string{
	"IMG.0026": "The user has no right to do this. Ask for the permission ims:images:update to write tags and " +
		"ims:images:list to read them.",
	"IMG.0028": "The image is protected, and so are its tags. Remove the protection of the image first.",
	"IMG.0030": "The project id does not fit the credentials. Check project_id of the resource and of the provider, and " +
		"that the token or access key belongs to that project and region.",
	"IMG.0047": "Only the owner of an image may tag it. A shared or public image cannot be tagged from here.",
	"IMG.0060": throttledAdvice,
	"IMG.0066": "The service cannot read the image id. Check image_id.",
	"IMG.0115": "The service does not accept the tag. Which characters are allowed differs by cloud: Huawei Cloud takes " +
		"letters, digits, _ and - (and . in values), others all but = * < > \\ , | /.",
	"IMG.0116": "The image has as many tags as it can have: ten. Remove one of them first; " +
		"the tags that Terraform does not manage count as well.",
}

// What a person can do about an answer of the API gateway, by the number of its code: the prefix differs by cloud.
var adviceByGatewayNumber = map[string]string{
	"0101": wrongEndpointAdvice,
	"0103": faultAdvice,
	"0302": accessListAdvice,
	"0301": credentialsAdvice,
	"0307": "The token has expired, or belongs to another region than the endpoint. Get a new token: one is good for " +
		"24 hours at most. An access key does not expire like that.",
	"0308": throttledAdvice,
}

const (
	missingImageAdvice = "The image is not there. Check image_id and project_id, and that the image is in the region of " +
		"the endpoint and was not deleted."
	throttledAdvice = "The service throttles calls, often to 200 in five minutes for a user. Run the command again in a " +
		"few minutes; what was done so far is in the state. To call less often, set max_requests_per_second."
	credentialsAdvice = "The service does not accept the credentials. Check that the token is complete and of this region, " +
		"or that access key and secret key belong together, that temporary keys come with their security_token, and " +
		"that the clock of this machine is right to within 15 minutes."
	refusedAdvice = "The service has refused the credentials of the provider before in this run, so this call was not " +
		"sent: more refusals can lock the access key. Correct the credentials and run the command again."
	accessListAdvice = "The gateway before the service has an access list, and this user or this machine is not on it. Ask " +
		"the cloud's administrators to let the address of this machine and the user's account through."
	wrongEndpointAdvice = "There is no image service at this address. Check endpoint, or region and cloud_domain; the " +
		"endpoint is given without the API version. Nothing was removed from the state."
	forbiddenAdvice = "The user has no right to do this. Ask for the permission ims:images:update to write tags and " +
		"ims:images:list to read them, and check that the project is the right one."
	redirectAdvice = "The service answers with a redirect, which is not followed, because it would carry the credentials to " +
		"another host. Check endpoint, and whether a proxy or a login page is in between."
	oddAnswerAdvice = "This is not what the service is documented to answer, so it proves nothing about the tag. Check " +
		"endpoint, and whether a proxy or a login page is in between. Nothing was changed in the state."
	faultAdvice = "The service or its gateway had a fault. Run the command again later; what was done so far is in the " +
		"state. The request id helps the cloud's support."
	certificateAdvice = "The certificate of the service cannot be verified. Check endpoint; for a private certificate " +
		"authority set cacert_file."
	hostAdvice = "The host name of the service cannot be resolved. Check endpoint, or region and cloud_domain, and the " +
		"network of this machine."
	proxyAdvice = "The proxy of this machine's environment does not pass the call on, so it did not reach the service. Check " +
		"HTTPS_PROXY, HTTP_PROXY and NO_PROXY, the user name and password in them, and that the proxy allows the host of the " +
		"endpoint."
	unreachableAdvice = "The service did not answer. Check endpoint and the network of this machine, and run the command " +
		"again; a write that was not answered may have been carried out, and is repeated safely."
	timeoutAdvice = "The time for this operation ran out. Run the command again; a write that was not answered may have been " +
		"carried out, and is repeated safely."
	notSentAdvice = "The call was not sent: the service throttles calls, or max_requests_per_second lets no more of them " +
		"through, and its turn would have come after the time for this operation. Run the command again in a few minutes; what " +
		"was done so far is in the state."
	cancelledAdvice = "The operation was cancelled. Run the command again to finish; a write that was not answered may have " +
		"been carried out, and is repeated safely."
)

// explain says in a sentence or two what an error means and what to do next.
func explain(err error) string {
	if errors.Is(err, context.Canceled) {
		return cancelledAdvice
	}
	var refused *ims.RefusedError
	if errors.As(err, &refused) {
		return refusedAdvice
	}
	var login *auth.LoginError
	if errors.As(err, &login) {
		return explainLogin(err)
	}
	if ims.IsImageNotFound(err) {
		return missingImageAdvice
	}
	e, ok := asServiceError(err)
	if !ok || e.StatusCode == 0 {
		return explainSilence(err)
	}
	if advice, ok := adviceByCode[e.Code]; ok {
		return advice
	}
	if advice, ok := adviceByGatewayNumber[gatewayNumber(e.Code)]; ok {
		return advice
	}
	return explainStatus(e.StatusCode)
}

func explainStatus(status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return credentialsAdvice
	case status == http.StatusForbidden:
		return forbiddenAdvice
	case status == http.StatusNotFound:
		return wrongEndpointAdvice
	case status == http.StatusTooManyRequests:
		return throttledAdvice
	case status >= 300 && status < 400:
		return redirectAdvice
	case status >= 500:
		return faultAdvice
	}
	return oddAnswerAdvice
}

// explainSilence is for calls that got no answer.
func explainSilence(err error) string {
	if fault.IsOfProxy(err) {
		return proxyAdvice
	}
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	if errors.As(err, &certificate) || errors.As(err, &authority) {
		return certificateAdvice
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return hostAdvice
	}
	if e, ok := asServiceError(err); ok && e.Attempts == 0 && errors.Is(err, ims.ErrWaitTooLong) {
		return notSentAdvice
	}
	var unreachable *ims.UnreachableError
	if errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &unreachable) {
		return timeoutAdvice
	}
	return unreachableAdvice
}

// gatewayNumber returns the number of a gateway's code, such as 0308 of APIGW.0308 or APIG.0308.
func gatewayNumber(code string) string {
	prefix, number, _ := strings.Cut(code, ".")
	if prefix != "APIGW" && prefix != "APIG" {
		return ""
	}
	return number
}

func asServiceError(err error) (*ims.Error, bool) {
	var e *ims.Error
	ok := errors.As(err, &e)
	return e, ok
}
