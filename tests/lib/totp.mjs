// The codes that a telephone makes from a secret (RFC 6238).
import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function bytesOf(base32) {
	let bits = '';
	for (const c of base32.replaceAll(' ', ''))
		bits += alphabet.indexOf(c).toString(2).padStart(5, '0');
	return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

// The current code, or that of some half minutes later.
export function totp(secret, later = 0) {
	const counter = Buffer.alloc(8);
	counter.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30000) + later));
	const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest();
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}
