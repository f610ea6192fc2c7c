// A demonstration that is being served, by the address that `cargo xtask demo` prints, which signs in.

/** `command` is how to call the script. */
export function demonstration(address, command) {
  const token = /#token=(\S+)$/.exec(address ?? "")?.[1];
  if (token === undefined) throw new Error(`usage: npm run ${command}`);
  const { origin } = new URL(address);
  async function call(method, params) {
    const response = await fetch(`${origin}/rpc`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: `adminAudience.${method}`, params }),
    });
    const { result, error } = await response.json();
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }
  return { origin, token, call };
}
