// The calendar's form knows the zone of this device; without the script the shop's zone is proposed.
const zones = document.querySelector("[data-time-zone]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const isAsked = new URLSearchParams(location.search).has("zone");
if (!isAsked && [...zones.options].some((option) => option.value === own)) zones.value = own;
