// Statements for a test's database over PostgreSQL's own protocol, as `psql -At -c` runs and prints
// them: all of a text are one query, and what one leaves behind is gone with the next.
//
//   const database = new Database(socketDirectory, 'site_1');
//   await database.ask('SELECT 1, NULL, true');   // '1||t\n'
//
// A process of psql for each question took more time than the questions: there are thousands.
import { connect } from 'node:net';

// A message: its type, its length with the four bytes of it, its parts as texts that end with a zero.
function message(type, ...texts) {
	const body = Buffer.from(texts.map((text) => `${text}\0`).join(''));
	const head = Buffer.alloc(5, type);
	head.writeInt32BE(body.length + 4, 1);
	return Buffer.concat([head, body]);
}

function startup(database) {
	// Compiling queries takes longer than all of a test's rows.
	const body = Buffer.from(['user', 'postgres', 'database', database, 'application_name', 'test', 'options', '-c jit=off', ''].map((text) => `${text}\0`).join(''));
	const head = Buffer.alloc(8);
	head.writeInt32BE(body.length + 8, 0);
	head.writeInt32BE(3 << 16, 4);
	return Buffer.concat([head, body]);
}

function errorOf(body) {
	const fields = Object.fromEntries(body.toString().split('\0').filter(Boolean).map((field) => [field[0], field.slice(1)]));
	return Object.assign(new Error([`${fields.S}:  ${fields.M}`, fields.D && `DETAIL:  ${fields.D}`, fields.H && `HINT:  ${fields.H}`,
		fields.W && `CONTEXT:  ${fields.W}`].filter(Boolean).join('\n')), { code: fields.C });
}

// The columns of a row, as psql -At prints them.
function printed(body) {
	const cells = [];
	for (let n = body.readInt16BE(0), at = 2; n > 0; n--) {
		const length = body.readInt32BE(at);
		at += 4;
		cells.push(body.toString('utf8', at, at + Math.max(length, 0)));
		at += Math.max(length, 0);
	}
	return `${cells.join('|')}\n`;
}

class Connection {
	#rest = Buffer.alloc(0);
	#waiting = [];
	#fault;

	constructor(directory, database) {
		this.socket = connect(`${directory}/.s.PGSQL.5432`);
		this.socket.on('data', (bytes) => this.#took(bytes));
		this.socket.on('error', (error) => { this.#fault ??= error; });
		this.socket.on('close', () => this.#closed());
		this.ready = this.#send(startup(database));
		this.ready.catch(() => {});
	}

	#send(bytes) {
		return new Promise((done, fail) => {
			this.#waiting.push({ done, fail, rows: [], said: false });
			this.socket.write(bytes);
		});
	}

	#closed() {
		this.closed = true;
		const fault = this.#fault ?? new Error('the server closed the connection');
		for (const { fail, said } of this.#waiting.splice(0))
			fail(Object.assign(new Error(fault.message), { code: fault.code, unanswered: !said }));
	}

	#took(bytes) {
		this.#rest = this.#rest.length ? Buffer.concat([this.#rest, bytes]) : bytes;
		let at = 0;
		while (this.#rest.length >= at + 5 && this.#rest.length > at + this.#rest.readInt32BE(at + 1)) {
			const end = at + 1 + this.#rest.readInt32BE(at + 1);
			this.#message(String.fromCharCode(this.#rest[at]), this.#rest.subarray(at + 5, end));
			at = end;
		}
		this.#rest = this.#rest.subarray(at);
	}

	#message(type, body) {
		const [now] = this.#waiting;
		if (type === 'E') {
			const error = errorOf(body);
			if (now)
				now.error ??= error;
			// The server ends it with the next bytes.
			if (/^FATAL|^PANIC/.test(error.message))
				this.#fault = error;
		} else if (type === 'Z') {
			this.#waiting.shift();
			this.idle = body.toString() === 'I';
			if (now.error)
				now.fail(now.error);
			else
				now.done(now.rows.join(''));
		} else if (now && 'TDCIHd'.includes(type)) {
			now.said = true;
			if (type === 'D')
				now.rows.push(printed(body));
			else if (type === 'd')
				now.rows.push(body.toString());
		}
	}

	// Resolves to what psql prints.  `free` is called when another question may follow.
	ask(text, free) {
		this.socket.ref();
		const answer = this.#send(message('Q', text));
		this.#send(message('Q', 'DISCARD ALL')).catch(() => {}).then(() => {
			this.socket.unref();
			// A transaction that was left open ends with its connection.
			if (this.closed || !this.idle)
				this.socket.destroy();
			else
				free();
		});
		return answer;
	}

	end() {
		this.socket.destroy();
	}
}

export class Database {
	#free = [];

	constructor(directory, name) {
		this.directory = directory;
		this.name = name;
	}

	async ask(text) {
		for (;;) {
			let connection = this.#free.pop();
			while (connection?.closed)
				connection = this.#free.pop();
			const used = Boolean(connection);
			connection ??= new Connection(this.directory, this.name);
			await connection.ready;
			try {
				return await connection.ask(text, () => this.#free.push(connection));
			} catch (error) {
				// It was ended while nobody used it.
				if (!used || !error.unanswered)
					throw error;
			}
		}
	}

	close() {
		for (const connection of this.#free.splice(0))
			connection.end();
	}
}
