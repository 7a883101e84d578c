/* Fills in where the phone is, when its owner allows it. The form works without it. */
"use strict";

(() => {
  const button = document.getElementById("locate");
  const told = document.getElementById("located");
  if (!("geolocation" in navigator) || !window.isSecureContext) {
    return;
  }

  const take = ({ coords }) => {
    document.getElementById("longitude_deg").value = coords.longitude.toFixed(7);
    document.getElementById("latitude_deg").value = coords.latitude.toFixed(7);
    told.textContent = `± ${Math.round(coords.accuracy)} m`;
  };
  const refuse = () => { told.textContent = button.dataset.denied; };

  button.hidden = false;
  button.addEventListener("click", () => {
    told.textContent = "…";
    navigator.geolocation.getCurrentPosition(take, refuse, { enableHighAccuracy: true, timeout: 20000 });
  });
})();
