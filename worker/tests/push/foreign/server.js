// Node's http2 as Apple's push service, told how to be by lines of JSON on its standard input.
//
// It says its port, and then what it understood of each request, a line of JSON each. It ends with its
// standard input, and so with the test that started it, however that ends.
const crypto = require("node:crypto");
const http2 = require("node:http2");
const readline = require("node:readline");

const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");
const part = (text) => JSON.parse(Buffer.from(text, "base64url"));
const cues = [];
let connections = 0;

// Node itself also takes plain base64 for base64url; Apple's word for the alphabet is meant.
function understood(bearer, account) {
  const [, header, claims, signature] = /^bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(bearer);
  const key = { key: account, dsaEncoding: "ieee-p1363" };
  const signed = crypto.verify("sha256", Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, "base64url"));
  return { header: part(header), claims: part(claims), signed };
}

function take(stream, headers, body, account) {
  const session = stream.session;
  const heard = understood(headers.authorization, account);
  say({ ...heard, headers, body: JSON.parse(body), protocol: session.alpnProtocol, connection: session.number });
  const cue = cues.shift() ?? { status: 200 };
  if (cue.status === 0) return session.destroy();
  const answer = { ":status": cue.status, "apns-id": headers["apns-id"] };
  if (cue.retry_after) answer["retry-after"] = cue.retry_after;
  stream.respond(answer);
  stream.end(cue.reason ? JSON.stringify({ reason: cue.reason }) : undefined);
}

function start({ cert, key, account }) {
  const server = http2.createSecureServer({ cert, key, settings: { maxConcurrentStreams: 10 } });
  server.on("session", (session) => (session.number = ++connections));
  server.on("stream", (stream, headers) => {
    const chunks = [];
    stream.on("error", () => {});
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => take(stream, headers, Buffer.concat(chunks).toString(), account));
  });
  server.listen(0, "127.0.0.1", () => say({ port: server.address().port }));
}

let started = false;
readline
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const told = JSON.parse(line);
    if (!started) return start(told, (started = true));
    cues.push(told);
    say({ told: told.status });
  })
  .on("close", () => process.exit());
