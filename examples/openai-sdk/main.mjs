// The official OpenAI SDK streams through MidStream by changing its base URL. Run: node
// examples/openai-sdk/main.mjs
import assert from 'node:assert/strict';
import { loadConfig, serve } from 'midstream/server';
import OpenAI from 'openai';

const config = await loadConfig({ env: {}, flags: { port: 0, 'log-level': 'silent' } });
const server = await serve({ config });
await server.ready;

const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none' });
const stream = await client.chat.completions.create({
  model: 'tiny-lm',
  messages: [{ role: 'user', content: 'The people of the United States' }],
  temperature: 0,
  max_tokens: 400,
  stream: true,
});
let text = '';
let reason = null;
for await (const chunk of stream) {
  text += chunk.choices[0]?.delta.content ?? '';
  reason = chunk.choices[0]?.finish_reason ?? reason;
}
console.log(text);
console.log(`finish_reason: ${reason}`);
const [session] = server.hub.list();
console.log(`cut by ${session.cut.rule}: ${session.cut.tokensSaved} tokens were never generated`);

assert.equal(reason, 'content_filter');
assert.ok(session.cut.tokensSaved > 0);
await server[Symbol.asyncDispose]();
