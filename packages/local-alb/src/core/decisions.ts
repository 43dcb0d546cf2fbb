/**
 * What AWS does not document, or documents twice: each is decided here, once. `docs/fidelity.md` lists them.
 */

/** Headers over 16 K each or 64 K together: the error table lists them under 400 and under 413. */
export const HEADERS_TOO_LARGE_STATUS = 400;

/** A client that leaves before its response is complete is logged with this status, also when the head had been sent. */
export const CLIENT_GONE_STATUS = 460;

/** `AWSALBCORS` and `AWSALBTGCORS` carry `Secure` only on HTTPS listeners, as one capture of a plain listener shows. */
export const CORS_COOKIE_SECURE_ON_HTTP = false;

/** A target in its initial checks gets no request unless no other target is left to fail open to. */
export const INITIAL_TARGETS_FAIL_OPEN = true;

/** A target that has never answered stays `initial` until this many failures, as with recovery: the unhealthy threshold. */
export const INITIAL_FAILS_AFTER_UNHEALTHY_THRESHOLD = true;

/** A plain-text request on an HTTPS port is closed by the TLS layer; an ALB answers 400. */
export const PLAIN_HTTP_ON_TLS_STATUS = 400;

/** Client-sent `X-Forwarded-Proto` and `X-Forwarded-Port` are overwritten. */
export const OVERWRITE_FORWARDED_PROTO_AND_PORT = true;

/**
 * A request is never sent twice. A pooled connection that the target has closed is dropped when the close is seen; one
 * that closes after the request has been written gives 502, which is how a target with too short a keep-alive shows.
 */
export const RETRY_ON_STALE_CONNECTION = false;
