// What pages do better with scripts; every page works without them.
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

// --- forms: what went wrong is read first ---------------------------------------
document.querySelector("[data-focus]")?.focus();
