// Adds the parts of pages that need scripts.  Every page works without them.
"use strict";

// --- plus button: a submenu by hover, click, touch and keyboard ---------------
{
	const CLOSE_AFTER = 700;	// a mouse may leave for a moment

	for (const plus of document.querySelectorAll("[data-plus]")) {
		const button = plus.querySelector("button");
		const menu = document.getElementById(button.getAttribute("aria-controls"));
		let timer = 0;
		let pinned = false;	// opened by a click: leaving does not close it

		const isOpen = () => button.getAttribute("aria-expanded") === "true";
		const set = (open) => {
			clearTimeout(timer);
			if (!open)
				pinned = false;
			button.setAttribute("aria-expanded", String(open));
			menu.classList.toggle("open", open);
		};

		plus.dataset.ready = "";
		plus.addEventListener("pointerenter", (event) => {
			if (event.pointerType === "mouse")
				set(true);
		});
		plus.addEventListener("pointerleave", (event) => {
			clearTimeout(timer);
			if (event.pointerType === "mouse" && !pinned)
				timer = setTimeout(() => {
					if (!plus.contains(document.activeElement))
						set(false);
				}, CLOSE_AFTER);
		});
		button.addEventListener("click", () => {
			const close = isOpen() && (pinned || !plus.matches(":hover"));
			set(!close);
			pinned = !close;
		});
		button.addEventListener("keydown", (event) => {
			if (event.key === "ArrowDown") {
				event.preventDefault();
				set(true);
				menu.querySelector("a").focus();
			}
		});
		plus.addEventListener("focusout", (event) => {
			if (!plus.contains(event.relatedTarget) && !plus.matches(":hover"))
				set(false);
		});
		document.addEventListener("keydown", (event) => {
			if (event.key !== "Escape" || !isOpen())
				return;
			if (plus.contains(document.activeElement))
				button.focus();
			set(false);
		});
		document.addEventListener("pointerdown", (event) => {
			if (!plus.contains(event.target))
				set(false);
		});
	}
}

// --- panels that drop down: another click, or Escape, closes them ---------------
for (const drop of document.querySelectorAll("[data-panel]")) {
	document.addEventListener("pointerdown", (event) => {
		if (!drop.contains(event.target))
			drop.open = false;
	});
	drop.addEventListener("keydown", (event) => {
		if (event.key !== "Escape" || !drop.open)
			return;
		drop.open = false;
		drop.querySelector("summary").focus();
	});
}

// --- lists: the selection is kept on all pages of the list ------------------------
for (const form of document.querySelectorAll("[data-selection]")) {
	const MOST = Number(form.dataset.most);	// that are taken at once
	const boxes = [...form.querySelectorAll("tbody input[name=users]")];
	const all = form.querySelector("input[name=all]");
	const said = form.querySelector("[data-selected]");
	const clear = form.querySelector("[data-clear]");
	const kept = JSON.parse(sessionStorage.getItem("selection") ?? "{}");
	const chosen = new Set(kept.of === form.dataset.selection ? kept.users : []);

	const keep = () => sessionStorage.setItem("selection",
		JSON.stringify({ of: form.dataset.selection, users: [...chosen] }));
	const show = (full) => {
		const n = chosen.size;
		said.textContent = full ? said.dataset.most : all.checked ? said.dataset.all
			: n === 0 ? said.dataset.none : (n === 1 ? said.dataset.one : said.dataset.other).replace("{n}", n);
		clear.hidden = n === 0 && !all.checked;
		form.querySelector(".selection").classList.toggle("some", !clear.hidden);
	};
	const read = () => {
		let full = false;
		for (const box of boxes) {
			if (!box.checked)
				chosen.delete(box.value);
			else if (chosen.size < MOST)
				chosen.add(box.value);
			else if (!chosen.has(box.value))
				[box.checked, full] = [false, true];
		}
		keep();
		show(full);
	};

	form.dataset.ready = "";
	for (const box of boxes)
		box.checked ||= chosen.has(box.value);
	form.addEventListener("change", read);
	clear.addEventListener("click", () => {
		chosen.clear();
		for (const box of boxes)
			box.checked = false;
		all.checked = false;
		// Update the box in the head too.
		boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
		all.focus();
	});
	// The selected users of other pages are sent too.
	form.addEventListener("formdata", (event) => {
		const here = new Set(boxes.map((box) => box.value));
		for (const uuid of chosen)
			if (!here.has(uuid))
				event.formData.append("users", uuid);
	});
	// The action was sent: the selection ends, unless the answer will be that no label was chosen.
	form.addEventListener("submit", (event) => {
		const action = event.submitter?.value ?? "";
		if (!["export", "sheets"].includes(action) && !(action.startsWith("label_") && form.elements.which_label.value === ""))
			sessionStorage.removeItem("selection");
	});
	read();
}

// --- sheets: the browser prints them ----------------------------------------------
for (const button of document.querySelectorAll("[data-print]")) {
	button.hidden = false;
	button.addEventListener("click", () => window.print());
}

// --- lists: the box that selects all of a page ---------------------------------
for (const all of document.querySelectorAll("[data-choose-all]")) {
	const boxes = [...all.form.querySelectorAll("tbody input[type=checkbox]")];
	const show = () => {
		const n = boxes.filter((box) => box.checked).length;
		all.checked = n === boxes.length;
		all.indeterminate = n > 0 && n < boxes.length;
	};

	all.hidden = false;
	all.addEventListener("change", () => {
		for (const box of boxes)
			box.checked = all.checked;
	});
	for (const box of boxes)
		box.addEventListener("change", show);
	show();
}

// --- import: drop a file; show that it is being sent ----------------------------
{
	const form = document.querySelector("[data-upload]");
	const zone = form?.querySelector("[data-drop]");

	if (form) {
		const input = zone.querySelector("input[type=file]");
		const hint = zone.querySelector(".drop-hint");
		const sending = form.querySelector(".sending");
		const buttons = form.querySelectorAll("button");

		const say = (text, wrong = false) => {
			hint.textContent = text;
			hint.classList.toggle("fault", wrong);
		};
		const invitation = hint.textContent;

		hint.hidden = false;
		hint.setAttribute("role", "status");
		for (const type of ["dragover", "dragenter"])
			zone.addEventListener(type, (event) => {
				event.preventDefault();
				zone.classList.add("over");
			});
		zone.addEventListener("dragleave", (event) => {
			if (!zone.contains(event.relatedTarget))
				zone.classList.remove("over");
		});
		zone.addEventListener("drop", (event) => {
			const { files } = event.dataTransfer;
			event.preventDefault();
			zone.classList.remove("over");
			if (files.length > 1)
				say(zone.dataset.several, true);
			if (files.length !== 1)
				return;
			const one = new DataTransfer();
			one.items.add(files[0]);
			input.files = one.files;
			say(zone.dataset.drop.replace("{name}", input.files[0].name));
		});
		// The browser shows the name of a file chosen by the button beside it.
		input.addEventListener("change", () => say(invitation));
		// The browser would open a file that is dropped beside the zone, and leave the page.
		for (const type of ["dragover", "drop"])
			addEventListener(type, (event) => {
				if (zone.contains(event.target) || !event.dataTransfer?.types.includes("Files"))
					return;
				event.preventDefault();
				event.dataTransfer.dropEffect = "none";
			});
		form.addEventListener("submit", (event) => {
			sending.textContent = (event.submitter ?? buttons[0]).dataset.sending;
			// Only after the browser has read the form: it does not send a disabled button.
			setTimeout(() => {
				for (const button of buttons)
					button.disabled = true;
			});
		});
		// A page restored by the Back button holds a form that was already sent.
		addEventListener("pageshow", (event) => {
			if (event.persisted)
				location.reload();
		});
	}
}

// --- times: "Today 17:25", "29 Nov 17:25" in the reader's time zone ---------------
// The tooltip has the full form with the zone.  data-seconds: with seconds, for the log.
const tellTimes = (() => {
	const { lang } = document.documentElement;
	const locale = lang === "en" ? "en-GB" : lang;
	const words = (options) => new Intl.DateTimeFormat(locale, { hourCycle: "h23", ...options });
	const full = words({ dateStyle: "full", timeStyle: "long" });
	const clock = words({ hour: "2-digit", minute: "2-digit" });
	const seconds = words({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
	const day = words({ day: "numeric", month: "short" });
	const dayOfYear = words({ day: "numeric", month: "short", year: "numeric" });
	const today = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(0, "day");
	const Today = today.charAt(0).toLocaleUpperCase(locale) + today.slice(1);

	const dayOf = (at, now) => {
		if (at.toDateString() === now.toDateString())
			return Today;
		return (at.getFullYear() === now.getFullYear() ? day : dayOfYear).format(at);
	};

	return () => {
		for (const time of document.querySelectorAll("time:not([title])")) {
			const at = new Date(time.dateTime);
			time.title = full.format(at);
			time.textContent = `${dayOf(at, new Date())} ${("seconds" in time.dataset ? seconds : clock).format(at)}`;
		}
	};
})();
tellTimes();

// --- parts that change: the number of running jobs, rows of the history -----------
// data-alive describes the content of a part: if it differs, the part is replaced.  Resolves to the
// replaced parts.
function replaceAlive(page) {
	const replaced = [];
	for (const old of document.querySelectorAll("[data-alive]")) {
		const part = page.getElementById(old.id);
		if (!part || part.dataset.alive === old.dataset.alive)
			continue;
		const focused = old.contains(document.activeElement);
		old.replaceWith(document.adoptNode(part));
		if (focused)
			part.querySelector("a")?.focus();
		replaced.push(part);
	}
	tellTimes();
	return replaced;
}

// A page that waits for something (data-await: seconds) is fetched again until that is there.
{
	const look = async () => {
		try {
			const answer = await fetch(location.href, { cache: "no-store" });
			if (answer.ok && !answer.redirected)
				replaceAlive(new DOMParser().parseFromString(await answer.text(), "text/html"));
		} catch {
			// Try again the next time.
		}
		wait();
	};
	const wait = () => {
		const part = document.querySelector("[data-await]");
		if (part)
			setTimeout(look, 1000 * part.dataset.await);
	};
	wait();
}

// The history is refreshed while one of its jobs waits or runs.  Screen readers are told of the end.
{
	const table = document.querySelector("[data-follow-rows]");

	const look = async () => {
		try {
			const answer = await fetch(location.href, { cache: "no-store" });
			if (answer.redirected || answer.status === 403) {
				location.reload();
				return;
			}
			if (answer.ok) {
				const page = new DOMParser().parseFromString(await answer.text(), "text/html");
				const ended = replaceAlive(page).filter((part) => part.matches("tr:not([data-alive])"));
				if (ended.length > 0)
					document.getElementById("spoken").textContent = ended
						.map((row) => [row.querySelector("th"), row.querySelector(".mark")]
							.map((part) => part.textContent.trim()).join(": ")).join(", ");
			}
		} catch {
			// Try again the next time.
		}
		if (document.querySelector("tr[data-alive]"))
			setTimeout(look, 1000 * table.dataset.followRows);
	};

	if (table)
		setTimeout(look, 1000 * table.dataset.followRows);
}

// --- a job: the page is fetched again, and its changed parts are replaced ---------
{
	const SPEAK_AFTER = 10000;	// those who listen are not told every step
	const job = document.querySelector("[data-follow]:not([data-stopped])");
	const text = (id) => document.getElementById(id)?.textContent.trim() ?? "";
	let spoken = Date.now();

	const speak = (words) => {
		spoken = Date.now();
		document.getElementById("spoken").textContent = words;
	};

	const speakProgress = () => {
		if (Date.now() - spoken >= SPEAK_AFTER)
			speak([text("phase"), text("percent"), text("left"), text("detail")].filter(Boolean).join(", "));
	};

	// The report replaces the notice and gets the focus, so that screen readers read it.
	const arrive = (page) => {
		document.title = page.title;
		replaceAlive(page);
		document.getElementById("content").replaceWith(document.adoptNode(page.getElementById("content")));
		tellTimes();
		document.getElementById("result")?.focus();
	};

	const update = (page) => {
		const hitch = text("hitch");

		document.title = page.title;
		replaceAlive(page);

		for (const part of page.querySelectorAll("[data-live]")) {
			const old = document.getElementById(part.id);
			if (!old || old.isEqualNode(part))
				continue;
			const focused = old.contains(document.activeElement);
			old.replaceWith(document.adoptNode(part));
			// The Cancel button goes away when the job is cancelled elsewhere: keep the focus here.
			if (focused)
				part.focus();
		}
		const bar = document.getElementById("bar");
		bar.value = Math.max(bar.value, page.getElementById("bar").value);
		// Tell screen readers at once why the job does not go on.
		if (text("hitch") !== "" && text("hitch") !== hitch)
			speak(text("hitch"));
		else
			speakProgress();
	};

	const lost = (is) => {
		const place = document.getElementById("lost");
		if (is !== (place.textContent !== ""))
			place.textContent = is ? job.dataset.lost : "";
	};

	const look = async () => {
		try {
			const answer = await fetch(location.href, { cache: "no-store" });
			const page = new DOMParser().parseFromString(await answer.text(), "text/html");
			// Signed out meanwhile, or the job is out of scope: load the page that says so.
			if (answer.redirected || answer.status === 403 || answer.status === 404) {
				location.reload();
				return;
			}
			if (!answer.ok)
				throw new Error(answer.status);
			lost(false);
			if (!page.querySelector("[data-follow]")) {
				arrive(page);
				return;
			}
			update(page);
		} catch {
			lost(true);
		}
		setTimeout(look, 1000 * job.dataset.follow);
	};

	if (job)
		setTimeout(look, 1000 * job.dataset.follow);
}

// --- forms: the first error gets the focus ---------------------------------------
document.querySelector("[data-focus]")?.focus();
