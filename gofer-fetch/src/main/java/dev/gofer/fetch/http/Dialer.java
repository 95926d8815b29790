package dev.gofer.fetch.http;

/** Makes a connection to a URL's origin. One way today, directly; a proxy would be another. */
interface Dialer {
    /**
     * A new connection, ready for a request, to an address that the policy allows.
     *
     * @throws FetchException where there is none, or the attempt ended meanwhile; nothing is left open then
     */
    Connection dial(HttpUrl url, AddressPolicy policy, Attempt attempt) throws FetchException;
}
