// Unpacks the brotli-compressed files of the npm package @sparticuz/chromium: node has brotli built
// in, most systems have no command for it.
//
//   node unpack-chromium.js FROM TO
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');

const [from, to] = process.argv.slice(2);
for (const file of fs.readdirSync(from).filter((name) => name.endsWith('.br'))) {
  const bytes = zlib.brotliDecompressSync(fs.readFileSync(path.join(from, file)));
  fs.writeFileSync(path.join(to, path.basename(file, '.br')), bytes);
}
