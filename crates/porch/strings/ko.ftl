## Only the porch says this; the rest it takes from the page
porch-reads = 이 화면은 스크립트 없이 움직입니다. 이 서버가 대신 글을 잠급니다. 잠그는 동안 서버를 맡은 사람은 쓰신 글을 읽을 수 있습니다. 스크립트가 있으면 쓰시는 기기가 직접 잠급니다.
porch-reads-this = 여기에 쓰신 글은 잠그기 전까지 이 서버에서 읽을 수 있습니다.
porch-away = 너무 오래 자리를 비우셨습니다. 그래서 여기에서 대화를 닫았습니다. 일곱 단어를 다시 입력하십시오.
porch-busy = 지금 여러 사람이 대화를 열고 있습니다. 몇 초 뒤에 다시 해 보십시오.
porch-careful = 이런 것처럼 보입니다: { $what }. 우리에게 필요하지 않습니다. 목숨이 위험할 수 있습니다. 빼십시오.
porch-as-it-is = 그대로 보내기
porch-position = 위치
porch-unit = 부대
porch-document = 증명서 번호
porch-plate = 차 번호
porch-telephone = 전화번호
offer-needs-page = 협력 기관을 제안받았습니다. 받아들이려면 스크립트가 있어야 합니다. 스크립트가 되는 브라우저에서 단어로 여십시오.
