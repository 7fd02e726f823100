import type { IncomingMessage, ServerResponse } from 'node:http'

/** The whole body of an answer. */
export async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Answers 200 with JSON. */
export const answerJson = (
  response: ServerResponse,
  body = '{}',
  headers: Record<string, string> = {},
) => void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body)
