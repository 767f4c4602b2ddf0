/** The report page.  Reading and downloading work without this; it only brings the print button to life. */

const printButton = document.getElementById("print");

if (printButton) {
  printButton.hidden = false;
  printButton.addEventListener("click", () => print());
}
