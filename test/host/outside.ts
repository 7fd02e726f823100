/** Calls the process outside the extension host; see bridge.ts. */
export async function outside(name: string, argument: unknown = null): Promise<unknown> {
  const base = process.env.SIGNET_TEST_BRIDGE
  if (base === undefined) throw new Error('SIGNET_TEST_BRIDGE is not set')
  const response = await fetch(`${base}/${name}`, {
    method: 'POST',
    body: JSON.stringify(argument),
  })
  if (!response.ok) throw new Error(`${name}: ${await response.text()}`)
  return await response.json()
}
