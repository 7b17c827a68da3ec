/**
 * Whether a page of this origin may open a socket. Allowed: no origin (no browser), the server's own host, the origins that
 * the configuration names ('*': all), and pages on this machine when the server is reached on this machine, as in development.
 *   origin   the Origin header, or empty
 *   host     the Host header, with its port
 */
export function isOriginAllowed(origin: string, host: string, allowedOrigins: readonly string[]): boolean {
  if (origin === '') return true;
  if (allowedOrigins.includes('*')) return true;
  const url = parse(origin);
  if (url === null || url.origin === 'null') return false;
  if (url.host === host.toLowerCase()) return true;
  if (allowedOrigins.some((allowed) => parse(allowed)?.origin === url.origin)) return true;
  return isLoopback(url.hostname) && isLoopback(parse(`http://${host}`)?.hostname ?? '');
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
