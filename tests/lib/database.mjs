// Statements for a test's database, as `psql -At -c` runs and prints them: all of a text are one query, and
// what one leaves behind is gone with the next.
//
//   const database = new Database(socketDirectory, 'site_1');
//   await database.ask('SELECT 1, NULL, true');   // '1||t\n'
//
// A process of psql for each question took more time than the questions: there are thousands.
import pg from 'pg';

// Values stay the texts that the server sends.
const types = { getTypeParser: () => (text) => text };

const printed = (results) => [results].flat()
	.flatMap((result) => result.rows.map((row) => `${row.map((cell) => cell ?? '').join('|')}\n`)).join('');

const told = (error) => Object.assign(new Error([`${error.severity}:  ${error.message}`, error.detail && `DETAIL:  ${error.detail}`,
	error.hint && `HINT:  ${error.hint}`, error.where && `CONTEXT:  ${error.where}`].filter(Boolean).join('\n')), { code: error.code });

export class Database {
	#used = new WeakSet();

	constructor(directory, name) {
		this.directory = directory;
		this.name = name;
		this.pool = new pg.Pool({ host: directory, port: 5432, user: 'postgres', database: name, application_name: 'test',
			max: 50, idleTimeoutMillis: 0, allowExitOnIdle: true });
		// A connection that is ended while nobody waits for an answer of it.
		this.pool.on('error', () => {});
		this.pool.on('connect', (client) => client.on('error', () => {}));
	}

	async ask(text) {
		for (;;) {
			const client = await this.pool.connect();
			const used = this.#used.has(client);
			this.#used.add(client);
			try {
				return printed(await client.query({ text, rowMode: 'array', types }));
			} catch (error) {
				// The server has not answered: the connection was lost before it was used again.
				if (!used || error.severity)
					throw error.severity ? told(error) : error;
			} finally {
				// A transaction that was left open ends with its connection.
				client.query('DISCARD ALL').then(() => client.release(), (error) => client.release(error));
			}
		}
	}

	close() {
		return this.pool.end();
	}
}
